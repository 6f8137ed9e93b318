<?php

// A plugin of the tests' own site, which listens on this machine only: runs the tests' code inside of WordPress.

if (isset($_GET['testbed'])) {
    add_action('wp_loaded', function (): void {
        $given = json_decode(file_get_contents('php://input'), true);
        $run = static function (string $code, array $values) {
            extract($values);
            return eval($code);
        };
        header('Content-Type: application/json');
        echo json_encode($run($given['code'], $given['values']));
        exit;
    });
}

// What the Classic Editor plugin does for somebody who chooses the old editor.
if (isset($_GET['classic-editor'])) {
    add_filter('use_block_editor_for_post', '__return_false');
}
