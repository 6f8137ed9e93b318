<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** Wires the parts to WordPress's hooks, and nowhere else is decided which part exists. */
final class Plugin
{
    /** Hook everything up; called once, when the plugin's file is loaded. */
    public static function start(): void
    {
        $store = new Store();
        $gate = new Gate($store);
        $gate->hook();
        $desk = new Desk($store, $gate);
        (new Rescorer($store, $gate, $desk))->hook();
        (new RestApi($store, $desk))->hook();
        if (is_admin()) {
            (new SettingsPage())->hook();
            (new PostsList($store, $desk))->hook();
            (new Editor($store))->hook();
            (new AdminActions($desk))->hook();
            (new Notices($store))->hook();
        }
        add_action('init', static function (): void {
            load_plugin_textdomain('copydesk', false, dirname(plugin_basename(FILE)) . '/languages');
        });
        register_activation_hook(FILE, [Rescorer::class, 'schedule']);  // some may have waited since it was deactivated
        register_deactivation_hook(FILE, [Rescorer::class, 'unschedule']);
    }
}
