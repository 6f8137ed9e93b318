<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** Who may overrule Copydesk. */
final class Access
{
    /** May this person release, clean and rescore the article? Those who may publish what others wrote, unless a filter says else. */
    public static function mayRelease(int $id, ?int $user = null): bool
    {
        $user = $user ?? get_current_user_id();
        $post = get_post($id);
        $type = $post ? get_post_type_object($post->post_type) : null;
        $may = $type
            && in_array($post->post_type, Settings::load()->types(), true)
            && user_can($user, $type->cap->edit_others_posts)
            && user_can($user, $type->cap->publish_posts)
            && user_can($user, 'edit_post', $id);
        /**
         * @param bool $may  The decision so far.
         * @param int  $id   The article.
         * @param int  $user The person; 0 where nobody is logged in.
         */
        return (bool) apply_filters('copydesk_may_release', $may, $id, $user);
    }
}
