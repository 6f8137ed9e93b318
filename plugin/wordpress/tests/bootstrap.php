<?php

// Stubs as thin as they can be, for the classes that decide; what needs WordPress is tested in WordPress (tests/cms).

namespace {
    error_reporting(E_ALL);
    define('ABSPATH', __DIR__ . '/');

    function __(string $text, string $domain = ''): string
    {
        return $text;
    }

    function _x(string $text, string $context, string $domain = ''): string
    {
        return $text;
    }

    function _n(string $one, string $more, int $count, string $domain = ''): string
    {
        return $count === 1 ? $one : $more;
    }

    function get_date_from_gmt(string $date): string
    {
        return gmdate('Y-m-d H:i:s', strtotime("$date GMT") + 3600);  // a site that is an hour ahead
    }

    function get_option(string $name, $default = false)
    {
        return $GLOBALS['options'][$name] ?? $default;
    }

    function get_transient(string $name)
    {
        return $GLOBALS['options']["transient $name"] ?? false;
    }

    function set_transient(string $name, $value, int $seconds): void
    {
        $GLOBALS['options']["transient $name"] = $value;
    }

    function delete_transient(string $name): void
    {
        unset($GLOBALS['options']["transient $name"]);
    }

    function wp_json_encode($data, int $options = 0)
    {
        return json_encode($data, $options);
    }

    class WP_Error
    {
        private string $code;
        private string $message;

        public function __construct(string $code, string $message)
        {
            $this->code = $code;
            $this->message = $message;
        }

        public function get_error_code(): string
        {
            return $this->code;
        }

        public function get_error_message(): string
        {
            return $this->message;
        }
    }

    class WP_Post
    {
        public int $ID = 7;
        public string $post_date_gmt = '0000-00-00 00:00:00';
    }

    function is_wp_error($thing): bool
    {
        return $thing instanceof WP_Error;
    }

    function wp_remote_request(string $url, array $arguments)
    {
        $GLOBALS['requests'][] = [$url, $arguments];
        $answer = array_shift($GLOBALS['answers']);
        return is_callable($answer) ? $answer($arguments) : $answer;
    }

    function wp_remote_retrieve_response_code($response)
    {
        return $response['code'];
    }

    function wp_remote_retrieve_body($response)
    {
        return $response['body'];
    }

    function wp_remote_retrieve_header($response, string $name)
    {
        return $response['headers'][$name] ?? '';
    }
}

namespace Copydesk {
    const VERSION = 'test';

    spl_autoload_register(function (string $class): void {
        $name = strtolower(preg_replace('/(?<!^)[A-Z]/', '-$0', substr($class, strlen(__NAMESPACE__) + 1)));
        $file = dirname(__DIR__) . "/copydesk/includes/class-$name.php";
        if (strpos($class, __NAMESPACE__ . '\\') === 0 && is_file($file)) {
            require $file;
        }
    });
}
