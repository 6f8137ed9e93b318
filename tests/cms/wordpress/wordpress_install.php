<?php

// php wordpress_install.php SITE URL PASSWORDS: installs WordPress, one person for each role, and activates the plugin.

error_reporting(E_ERROR);
$_SERVER['HTTP_HOST'] = parse_url($argv[2], PHP_URL_HOST) . ':' . parse_url($argv[2], PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
define('WP_INSTALLING', true);
define('WP_SITEURL', $argv[2]);
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
error_reporting(E_ERROR);
add_filter('pre_wp_mail', '__return_true');
$passwords = json_decode($argv[3], true);
wp_install('The Sarpur Gazette', 'admin', 'admin@example.com', false, '', $passwords['admin']);
update_option('siteurl', $argv[2]);
update_option('home', $argv[2]);
foreach (['editor', 'author', 'contributor'] as $role) {
    wp_insert_user(['user_login' => $role, 'user_pass' => $passwords[$role], 'role' => $role, 'user_email' => "$role@example.com"]);
}
wp_set_current_user(1);
$error = activate_plugin('copydesk/copydesk.php');
if (is_wp_error($error)) {
    fwrite(STDERR, $error->get_error_message());
    exit(1);
}
update_user_meta(1, 'show_welcome_panel', 0);
[$password] = WP_Application_Passwords::create_new_application_password(1, ['name' => 'tests']);
echo json_encode(['version' => $GLOBALS['wp_version'], 'password' => $password]);
