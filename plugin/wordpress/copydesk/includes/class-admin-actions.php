<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The links of the list and the meta box: admin-post.php?action=copydesk&do=release&post=7&hash=...&_wpnonce=... */
final class AdminActions
{
    private Desk $desk;

    public function __construct(Desk $desk)
    {
        $this->desk = $desk;
    }

    public function hook(): void
    {
        add_action('admin_post_copydesk', [$this, 'handle']);
    }

    /** What can be done with an article in its state. @return array<string, string> */
    public static function offered(Store $store, \WP_Post $post): array
    {
        $state = $store->state($post->ID);
        $report = $store->report($post->ID);
        $isCurrent = ($store->record($post->ID)['hash'] ?? '') === Text::hash($post->post_title, $post->post_content);
        $actions = [];
        if (State::isOpen($state) && $isCurrent) {
            $actions['release'] = __('Release', 'copydesk');
            if ($report && array_intersect(['injected_links', 'feed_debris'], $report->flagged())) {
                $actions['clean'] = __('Clean and release', 'copydesk');
            }
        }
        if ($report && $report->flagged()) {
            $actions['wrong'] = __('Copydesk is wrong', 'copydesk');
        }
        if ($state === '' || State::isUnscored($state) || !$isCurrent) {
            $actions['rescore'] = __('Score now', 'copydesk');
        }
        return Settings::load()->isSetUp() && $post->post_status !== 'trash' ? $actions : [];
    }

    public static function url(string $action, \WP_Post $post): string
    {
        return wp_nonce_url(add_query_arg([
            'action' => 'copydesk',
            'do' => $action,
            'post' => $post->ID,
            'hash' => Text::hash($post->post_title, $post->post_content),
        ], admin_url('admin-post.php')), "copydesk_{$action}_{$post->ID}");
    }

    public function handle(): void
    {
        $action = isset($_GET['do']) && is_string($_GET['do']) ? sanitize_key($_GET['do']) : '';
        $id = isset($_GET['post']) && is_string($_GET['post']) ? absint($_GET['post']) : 0;
        $hash = isset($_GET['hash']) && is_string($_GET['hash']) ? sanitize_key($_GET['hash']) : '';
        check_admin_referer("copydesk_{$action}_$id");
        if (!Access::mayRelease($id)) {
            wp_die(esc_html__('You may not release this article.', 'copydesk'), '', ['response' => 403]);
        }
        $result = $this->run($action, $id, $hash);
        if (is_wp_error($result)) {
            Notices::say('error', $result->get_error_message(), $id);
        } else {
            Notices::say('success', Words::done($result), $id);
        }
        wp_safe_redirect(wp_get_referer() ?: admin_url('edit.php?post_type=' . get_post_type($id)));
        exit;
    }

    /** @return string|\WP_Error */
    public function run(string $action, int $id, ?string $hash)
    {
        switch ($action) {
            case 'release':
                return $this->desk->release($id, $hash);
            case 'clean':
                return $this->desk->cleanAndRelease($id, $hash);
            case 'wrong':
                return $this->desk->feedback($id, 'wrong');
            case 'rescore':
                return $this->desk->rescore($id);
        }
        return new \WP_Error('copydesk_action', __('There is no such action.', 'copydesk'), ['status' => 400]);
    }
}
