<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * Changes the status of an article and not a byte of its text.
 *
 * Not through wp_update_post(): in wp-cron nobody is logged in, and it would take every iframe and script out of an
 * article that an administrator wrote. Core's own wp_publish_post() writes the row directly for the same reason.
 */
final class Publisher
{
    private const NO_DATE = '0000-00-00 00:00:00';

    /** Write columns of the row, and nothing else. */
    public static function write(int $id, array $columns): void
    {
        global $wpdb;
        $wpdb->update($wpdb->posts, $columns, ['ID' => $id]);
        clean_post_cache($id);
    }

    /** To the moderators. `$quiet` where the caller is inside of a transition already. */
    public static function hold(int $id, bool $quiet = false): void
    {
        $columns = ['post_status' => 'pending', 'post_date_gmt' => self::NO_DATE];
        if ($quiet) {
            self::write($id, $columns);
        } else {
            self::move($id, $columns);
        }
        wp_clear_scheduled_hook('publish_future_post', [$id]);
    }

    /** Off the site again; the date of the first publication stays. */
    public static function withdraw(int $id): void
    {
        self::move($id, ['post_status' => 'pending']);
    }

    /** Out, as the person wanted who saved it: on its date if that lies ahead or far behind, else now. */
    public static function resume(int $id, array $intent): void
    {
        $columns = self::dates(get_post($id), $intent, time());
        $post = get_post($id);
        $slug = $post->post_name !== '' ? $post->post_name : sanitize_title($post->post_title, (string) $id);
        $columns['post_name'] = wp_unique_post_slug(
            $slug,
            $id,
            $columns['post_status'],
            $post->post_type,
            $post->post_parent
        );
        $columns['post_modified'] = current_time('mysql');
        $columns['post_modified_gmt'] = current_time('mysql', true);
        self::move($id, $columns);
    }

    /** @return array<string, string> Status and dates with which a held article goes out. */
    public static function dates(\WP_Post $post, array $intent, int $now): array
    {
        if ($post->post_date_gmt !== self::NO_DATE) {
            $isAhead = strtotime($post->post_date_gmt . ' GMT') > $now;
            return ['post_status' => $isAhead ? 'future' : 'publish'];  // it was out before
        }
        $gmt = is_string($intent['date_gmt'] ?? null) ? $intent['date_gmt'] : '';
        $time = $gmt !== '' && $gmt !== self::NO_DATE ? strtotime($gmt . ' GMT') : false;
        $isBackdated = $time !== false && $time < (int) ($intent['at'] ?? 0) - 60 && ($intent['status'] ?? '') !== 'future';
        if ($time !== false && ($time > $now || $isBackdated)) {
            $date = get_date_from_gmt($gmt);
        } else {
            $gmt = gmdate('Y-m-d H:i:s', $now);
            $date = get_date_from_gmt($gmt);
        }
        $status = $time !== false && $time > $now ? 'future' : 'publish';
        return ['post_status' => $status, 'post_date' => $date, 'post_date_gmt' => $gmt];
    }

    /** Write the row and run what wp_insert_post() and wp_publish_post() run after it. */
    private static function move(int $id, array $columns): void
    {
        $before = get_post($id);
        self::write($id, $columns);
        $post = get_post($id);
        wp_transition_post_status($post->post_status, $before->post_status, $post);
        do_action("edit_post_{$post->post_type}", $id, $post);
        do_action('edit_post', $id, $post);
        do_action("save_post_{$post->post_type}", $id, $post, true);
        do_action('save_post', $id, $post, true);
        do_action('wp_insert_post', $id, $post, true);
        wp_after_insert_post($post, true, $before);
    }
}
