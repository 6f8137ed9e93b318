<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** What is said once, on the next page that a person sees: after quick and bulk edit, and after a moderator's action. */
final class Notices
{
    private const SECONDS = 300;
    private const MAX = 30;

    private Store $store;

    public function __construct(Store $store)
    {
        $this->store = $store;
    }

    public function hook(): void
    {
        add_action('copydesk_decided', [$this, 'onDecision'], 10, 2);
        add_action('admin_notices', [$this, 'show']);
        add_action('admin_notices', [$this, 'showSetUp']);
    }

    /** Say something to the person who is logged in. `$kind` is success, warning or error. */
    public static function say(string $kind, string $text, int $post = 0): void
    {
        $user = get_current_user_id();
        if ($user === 0) {
            return;
        }
        $all = self::all();
        $all[] = ['kind' => $kind, 'text' => $text, 'post' => $post];
        set_transient(self::key(), array_slice($all, -self::MAX), self::SECONDS);
    }

    /** What is to be said about an article in the block editor, which shows no admin notices. */
    public static function takeFor(int $post): array
    {
        $mine = [];
        $others = [];
        foreach (self::all() as $notice) {
            if ($notice['post'] === $post) {
                $mine[] = $notice;
            } else {
                $others[] = $notice;
            }
        }
        if ($mine) {
            set_transient(self::key(), $others, self::SECONDS);
        }
        return $mine;
    }

    public function onDecision($id, $state): void
    {
        // The editors have a notice of their own.
        $isList = isset($_REQUEST['bulk_edit']) || wp_doing_ajax();
        if (!$isList || !State::isOpen($state)) {
            return;
        }
        $record = $this->store->record((int) $id);
        $error = is_string($record['error'] ?? null) ? $record['error'] : '';
        $text = Words::summary($state, Report::from($record['report'] ?? null), $error);
        self::say('warning', '“' . get_the_title((int) $id) . '”: ' . $text, (int) $id);
    }

    public function show(): void
    {
        $screen = get_current_screen();
        if (!$screen || !in_array($screen->base, ['edit', 'post'], true) || $screen->is_block_editor()) {
            return;
        }
        $all = self::all();
        if (!$all) {
            return;
        }
        delete_transient(self::key());
        foreach ($all as $notice) {
            printf(
                '<div class="notice notice-%s is-dismissible"><p><strong>Copydesk</strong> %s</p></div>',
                esc_attr($notice['kind']),
                esc_html(wp_specialchars_decode($notice['text'], ENT_QUOTES))
            );
        }
    }

    /** Until there is an address, nothing is judged, and somebody should know. */
    public function showSetUp(): void
    {
        $screen = get_current_screen();
        $isHere = $screen && in_array($screen->base, ['plugins', 'edit', 'dashboard'], true);
        if (!$isHere || Settings::load()->isSetUp() || !current_user_can('manage_options')) {
            return;
        }
        printf(
            '<div class="notice notice-info"><p><strong>Copydesk</strong> %s <a href="%s">%s</a></p></div>',
            esc_html__('does not know the address of its service yet; no article is judged.', 'copydesk'),
            esc_url(admin_url('options-general.php?page=copydesk')),
            esc_html__('Set it up', 'copydesk')
        );
    }

    /** @return array<int, array{kind: string, text: string, post: int}> */
    private static function all(): array
    {
        $all = get_transient(self::key());
        return is_array($all) ? $all : [];
    }

    private static function key(): string
    {
        return 'copydesk_said_' . get_current_user_id();
    }
}
