<?php

/**
 * Plugin Name:       Copydesk
 * Description:       Holds articles with injected links, feed debris, SEO padding or machine-rewritten prose for review before readers see them. Scores them on your own Copydesk service.
 * Version:           1.0.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * License:           GPL-2.0-or-later OR Apache-2.0
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       copydesk
 * Domain Path:       /languages
 */

namespace Copydesk;

defined('ABSPATH') || exit;

const VERSION = '1.0.0';
const FILE = __FILE__;

spl_autoload_register(function (string $class): void {
    if (strpos($class, __NAMESPACE__ . '\\') !== 0) {
        return;
    }
    $name = substr($class, strlen(__NAMESPACE__) + 1);
    $file = __DIR__ . '/includes/class-' . strtolower(preg_replace('/(?<!^)[A-Z]/', '-$0', $name)) . '.php';
    if (is_file($file)) {
        require $file;
    }
});

Plugin::start();
