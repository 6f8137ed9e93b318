<?php

/**
 * Removes what the plugin has stored, on every site of a network: settings, what it knew of articles, its events.
 *
 * Held articles stay pending: nothing goes out because a plugin was deleted.
 */

namespace Copydesk;

defined('WP_UNINSTALL_PLUGIN') || exit;

require_once __DIR__ . '/includes/class-settings.php';
require_once __DIR__ . '/includes/class-store.php';
require_once __DIR__ . '/includes/class-rescorer.php';

function remove_traces(): void
{
    global $wpdb;
    foreach (Store::KEYS as $key) {
        delete_post_meta_by_key($key);
    }
    delete_option(Settings::OPTION);
    delete_option(Rescorer::FAILURES);
    delete_transient('copydesk_down');
    $wpdb->query("DELETE FROM {$wpdb->options} WHERE option_name LIKE '\\_transient\\_%copydesk\\_said\\_%'");
    wp_clear_scheduled_hook(Rescorer::HOOK);
}

if (!is_multisite()) {
    remove_traces();
    return;
}
foreach (get_sites(['fields' => 'ids', 'number' => 0]) as $site) {
    switch_to_blog($site);
    remove_traces();
    restore_current_blog();
}
