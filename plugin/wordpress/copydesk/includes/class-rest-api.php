<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * The routes under copydesk/v1/posts/<id>, and the field `copydesk` of an article as its editors get it.
 *
 * WordPress itself checks the nonce of requests that come with a cookie.
 */
final class RestApi
{
    private Store $store;
    private Desk $desk;

    public function __construct(Store $store, Desk $desk)
    {
        $this->store = $store;
        $this->desk = $desk;
    }

    public function hook(): void
    {
        add_action('rest_api_init', [$this, 'register']);
    }

    public function register(): void
    {
        $hash = ['type' => 'string', 'pattern' => '^[0-9a-f]{64}$'];
        $routes = [
            'release' => [[$this, 'release'], ['hash' => $hash]],
            'clean' => [[$this, 'clean'], ['hash' => $hash, 'padding' => ['type' => 'boolean', 'default' => false]]],
            'rescore' => [[$this, 'rescore'], []],
            'feedback' => [[$this, 'feedback'], [
                'judgement' => ['type' => 'string', 'enum' => ['wrong', 'right'], 'default' => 'wrong'],
                'comment' => ['type' => 'string', 'maxLength' => 1000, 'default' => ''],
            ]],
        ];
        foreach ($routes as $name => [$callback, $args]) {
            register_rest_route('copydesk/v1', '/posts/(?P<id>\d+)/' . $name, [
                'methods' => 'POST',
                'callback' => $callback,
                'permission_callback' => [$this, 'mayRelease'],
                'args' => $args,
            ]);
        }
        register_rest_route('copydesk/v1', '/posts/(?P<id>\d+)', [
            'methods' => 'GET',
            'callback' => [$this, 'show'],
            'permission_callback' => static function (\WP_REST_Request $request): bool {
                return current_user_can('edit_post', (int) $request['id']);
            },
        ]);
        $types = array_filter(Settings::load()->types(), 'post_type_exists');
        register_rest_field($types, 'copydesk', [
            'get_callback' => function (array $post): array {
                return $this->brief((int) ($post['id'] ?? 0));
            },
            'schema' => ['type' => 'object', 'context' => ['edit'], 'readonly' => true],
        ]);
    }

    public function mayRelease(\WP_REST_Request $request): bool
    {
        return Access::mayRelease((int) $request['id']);
    }

    public function release(\WP_REST_Request $request)
    {
        return $this->answer($request, $this->desk->release((int) $request['id'], $request['hash']));
    }

    public function clean(\WP_REST_Request $request)
    {
        $result = $this->desk->cleanAndRelease((int) $request['id'], $request['hash'], (bool) $request['padding']);
        return $this->answer($request, $result);
    }

    public function rescore(\WP_REST_Request $request)
    {
        return $this->answer($request, $this->desk->rescore((int) $request['id']));
    }

    public function feedback(\WP_REST_Request $request)
    {
        $result = $this->desk->feedback((int) $request['id'], $request['judgement'], (string) $request['comment']);
        return $this->answer($request, $result);
    }

    /** The verdict, and the meta box as it looks now: the block editor does not draw it again by itself. */
    public function show(\WP_REST_Request $request)
    {
        $post = get_post((int) $request['id']);
        if (!$post || !in_array($post->post_type, Settings::load()->types(), true)) {
            return new \WP_Error('copydesk_gone', __('This article does not exist any more.', 'copydesk'), ['status' => 404]);
        }
        return $this->brief($post->ID) + ['html' => (new Box($this->store))->render($post)];
    }

    /** @param string|\WP_Error $result */
    private function answer(\WP_REST_Request $request, $result)
    {
        if (is_wp_error($result)) {
            return $result;
        }
        $id = (int) $request['id'];
        return ['result' => $result, 'post_status' => get_post_status($id)] + $this->brief($id);
    }

    /** What the editor's notice needs. @return array<string, mixed> */
    private function brief(int $id): array
    {
        $post = get_post($id);
        $state = $this->store->state($id);
        $record = $this->store->record($id);
        $hash = $post ? Text::hash($post->post_title, $post->post_content) : '';
        $error = is_string($record['error'] ?? null) ? $record['error'] : '';
        return [
            'state' => $state,
            'summary' => $state === '' ? '' : Words::summary($state, Report::from($record['report'] ?? null), $error),
            'hash' => $hash,
            'current' => ($record['hash'] ?? null) === $hash,
        ];
    }
}
