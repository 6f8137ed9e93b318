"""A network of sites: each has settings and verdicts of its own, and deleting the plugin cleans all of them."""

import json
import subprocess

import pytest
from wordpress_articles import BAD
from wordpress_front import SECRET
from wordpress_site import DEBIAN, site

pytestmark = pytest.mark.cms("wordpress")

_BEFORE = """
error_reporting(E_ERROR); $_SERVER += ['HTTP_HOST' => 'net.example', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET',
'SERVER_PROTOCOL' => 'HTTP/1.1', 'SERVER_NAME' => 'net.example']; require $argv[1] . '/wp-load.php'; error_reporting(E_ERROR);
$v = json_decode($argv[2], true); require_once ABSPATH . 'wp-admin/includes/upgrade.php';
"""
_INSTALL = """
update_option('siteurl', 'http://net.example'); update_option('home', 'http://net.example');
global $wpdb; foreach ($wpdb->tables('ms_global') as $t => $n) { $wpdb->$t = $n; }
require_once ABSPATH . 'wp-admin/includes/network.php'; install_network();
populate_network(1, 'net.example', 'admin@example.com', 'A network', '/', false);
"""
_USE = """
$two = wp_insert_site(['domain' => 'net.example', 'path' => '/two/', 'user_id' => 1]);
update_option('copydesk_settings', ['url' => $v['url'], 'credential' => $v['secret']]);
$post = ['post_title' => 'Network', 'post_content' => $v['text'], 'post_status' => 'publish'];
$states = [get_post_status(wp_insert_post(wp_slash($post)))];
switch_to_blog($two);
$states[] = get_post_status(wp_insert_post(wp_slash($post)));
update_option('copydesk_settings', ['url' => $v['url'], 'credential' => $v['secret']]);
$states[] = get_post_status(wp_insert_post(wp_slash($post + ['post_name' => 'again'])));
restore_current_blog();
define('WP_UNINSTALL_PLUGIN', 'copydesk/copydesk.php'); include WP_PLUGIN_DIR . '/copydesk/uninstall.php';
$left = [];
foreach ([1, $two] as $id) {
    switch_to_blog($id);
    $left[] = get_option('copydesk_settings');
    $left[] = (int) $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->postmeta WHERE meta_key LIKE '%copydesk%'");
    restore_current_blog();
}
echo json_encode([$states, $left]);
"""


def test_each_site_of_a_network_is_its_own(folder, database, scorer_front):
    """A site without an address judges nothing; the others are not touched by it."""
    scorer_front.reset()
    top = folder / "network"
    top.mkdir()
    with site(top, DEBIAN, database, "network") as found:
        root = found.folder / "site"

        def php(code, **values):
            done = subprocess.run(
                ["php", "-r", _BEFORE + code, "--", str(root), json.dumps(values)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        php(_INSTALL)
        config = (root / "wp-config.php").read_text()
        lines = "define('MULTISITE', true); define('SUBDOMAIN_INSTALL', false); define('DOMAIN_CURRENT_SITE', 'net.example');"
        lines += (
            "define('PATH_CURRENT_SITE', '/'); define('SITE_ID_CURRENT_SITE', 1); define('BLOG_ID_CURRENT_SITE', 1);\n"
        )
        (root / "wp-config.php").write_text(config.replace("$table_prefix", lines + "$table_prefix"))
        answer = php(_USE, url=scorer_front.url, secret=SECRET, text=BAD)
    states, left = json.loads(answer[answer.index("[[") :])
    assert states == ["pending", "publish", "pending"]
    assert left == [False, 0, False, 0]
