<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The meta box in both editors, and the notice after a save: a script in the block editor, a line of HTML in the classic one. */
final class Editor
{
    private Store $store;

    public function __construct(Store $store)
    {
        $this->store = $store;
    }

    public function hook(): void
    {
        add_action('add_meta_boxes', [$this, 'addBox'], 10, 2);
        add_action('enqueue_block_editor_assets', [$this, 'addScript']);
        add_action('admin_enqueue_scripts', [$this, 'addStyle']);
        add_action('admin_notices', [$this, 'showNotice']);
    }

    public function addBox($type, $post): void
    {
        if (!$post instanceof \WP_Post || !in_array($type, Settings::load()->types(), true)) {
            return;
        }
        $show = function (\WP_Post $post): void {
            // phpcs:ignore -- the box escapes all it prints
            echo '<div id="copydesk-box-body">' . (new Box($this->store))->render($post) . '</div>';
        };
        add_meta_box('copydesk-box', __('Copydesk', 'copydesk'), $show, $type, 'side', 'high');
    }

    public function addStyle($page): void
    {
        if (in_array($page, ['edit.php', 'post.php', 'post-new.php', 'settings_page_copydesk'], true)) {
            wp_enqueue_style('copydesk', plugins_url('assets/admin.css', FILE), [], VERSION);
        }
    }

    public function addScript(): void
    {
        $post = get_post();
        if (!$post || !in_array($post->post_type, Settings::load()->types(), true)) {
            return;
        }
        $needs = ['wp-api-fetch', 'wp-data', 'wp-editor', 'wp-notices'];
        wp_enqueue_script('copydesk-editor', plugins_url('assets/editor.js', FILE), $needs, VERSION, true);
        wp_localize_script('copydesk-editor', 'copydeskEditor', [
            'path' => '/copydesk/v1/posts/',
            'mayRelease' => Access::mayRelease($post->ID),
            'said' => Notices::takeFor($post->ID),
            'texts' => [
                'release' => __('Release', 'copydesk'),
                'clean' => __('Clean and release', 'copydesk'),
                'unsaved' => __('Save the article first: what is stored is what is released.', 'copydesk'),
            ],
        ]);
    }

    /** The classic editor's. */
    public function showNotice(): void
    {
        $screen = get_current_screen();
        $post = get_post();
        if (!$screen || $screen->base !== 'post' || $screen->is_block_editor() || !$post) {
            return;
        }
        $state = $this->store->state($post->ID);
        if (!State::isOpen($state) && $state !== State::OBSERVED) {
            return;
        }
        $record = $this->store->record($post->ID);
        $error = is_string($record['error'] ?? null) ? $record['error'] : '';
        $text = Words::summary($state, Report::from($record['report'] ?? null), $error);
        printf('<div class="notice notice-warning"><p><strong>Copydesk</strong> %s</p></div>', esc_html($text));
    }
}
