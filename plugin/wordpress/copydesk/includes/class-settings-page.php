<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** Settings > Copydesk. The secret goes in and never comes out again. */
final class SettingsPage
{
    private const PAGE = 'copydesk';

    public function hook(): void
    {
        add_action('admin_init', [$this, 'register']);
        add_action('admin_menu', function (): void {
            $name = __('Copydesk', 'copydesk');
            $page = add_options_page($name, $name, 'manage_options', self::PAGE, [$this, 'show']);
            add_action("admin_print_scripts-$page", [$this, 'addScript']);
        });
        add_action('wp_ajax_copydesk_test', [$this, 'test']);
        add_filter('plugin_action_links_' . plugin_basename(FILE), function (array $links): array {
            $url = admin_url('options-general.php?page=' . self::PAGE);
            return array_merge(['<a href="' . esc_url($url) . '">' . esc_html__('Settings', 'copydesk') . '</a>'], $links);
        });
    }

    public function register(): void
    {
        register_setting(self::PAGE, Settings::OPTION, ['type' => 'array', 'sanitize_callback' => [$this, 'sanitize']]);
        add_settings_section('service', __('The service', 'copydesk'), '__return_null', self::PAGE);
        add_settings_section('policy', __('What happens when', 'copydesk'), '__return_null', self::PAGE);
        $fields = new SettingsFields();
        foreach ($fields->all() as $name => [$section, $label]) {
            $show = static function () use ($fields, $name): void {
                $fields->show($name, Settings::load());
            };
            $isGroup = in_array($name, ['down', 'live', 'hold_at', 'types'], true);
            $more = $isGroup ? [] : ['label_for' => "copydesk-$name"];
            add_settings_field("copydesk-$name", $label, $show, self::PAGE, $section, $more);
        }
    }

    /** @return array<string, mixed> What is stored: a wrong address or secret leaves the old one, and is said. */
    public function sanitize($input): array
    {
        $old = get_option(Settings::OPTION, []);
        $old = is_array($old) ? $old : [];
        if (!is_array($input)) {
            return Settings::clean($old);
        }
        if (!array_key_exists('from_form', $input)) {
            return Settings::clean($input);  // by a program, or by update_option() calling this a second time
        }
        $url = is_string($input['url'] ?? null) ? trim($input['url']) : '';
        if ($url !== '' && Settings::cleanUrl($url) === null) {
            $this->complain('url', __('The address is no web address, as in http://127.0.0.1:8000. The old one is kept.', 'copydesk'));
            $url = $old['url'] ?? '';
        }
        $types = array_intersect(is_array($input['types'] ?? null) ? $input['types'] : [], array_keys(SettingsFields::types()));
        $clean = Settings::clean([
            'url' => isset($input['url']) ? $url : ($old['url'] ?? ''),
            'credential' => $this->credential($input, is_string($old['credential'] ?? null) ? $old['credential'] : ''),
            'observe' => !empty($input['observe']),
            'types' => $types,
        ] + $input);
        (new Breaker())->reset();
        Rescorer::schedule();
        return $clean;
    }

    public function show(): void
    {
        if (!current_user_can('manage_options')) {
            return;
        }
        echo '<div class="wrap copydesk-settings"><h1>' . esc_html__('Copydesk', 'copydesk') . '</h1>';
        echo '<p>' . esc_html__(
            'Articles are scored by a Copydesk service on your own machine when they are published. Nothing is sent to anybody else.',
            'copydesk'
        ) . '</p>';
        echo '<form action="options.php" method="post">';
        echo '<input type="hidden" name="' . esc_attr(Settings::OPTION) . '[from_form]" value="1">';
        settings_fields(self::PAGE);
        do_settings_sections(self::PAGE);
        submit_button();
        echo '</form></div>';
    }

    public function addScript(): void
    {
        wp_enqueue_script('copydesk-settings', plugins_url('assets/settings.js', FILE), [], VERSION, true);
        wp_localize_script('copydesk-settings', 'copydeskSettings', [
            'url' => admin_url('admin-ajax.php'),
            'nonce' => wp_create_nonce('copydesk_test'),
            'asking' => __('Asking the service ...', 'copydesk'),
            'failed' => __('WordPress did not answer. Load this page again.', 'copydesk'),
        ]);
    }

    /** The *Test connection* button: asks with what stands in the form, saved or not. */
    public function test(): void
    {
        check_ajax_referer('copydesk_test');
        if (!current_user_can('manage_options')) {
            wp_send_json_error(['text' => __('You may not do this.', 'copydesk')], 403);
        }
        $saved = Settings::load();
        $given = static function (string $name): string {
            return isset($_POST[$name]) && is_string($_POST[$name]) ? trim(wp_unslash($_POST[$name])) : '';
        };
        $url = Settings::isFixed('url') ? $saved->url() : $given('url');
        $credential = $given('credential');
        if (Settings::isFixed('credential') || ($credential === '' && Settings::cleanUrl($url) === $saved->url())) {
            $credential = $saved->credential();  // the stored secret goes to the stored address only
        }
        wp_send_json_success(self::verdict($url, $credential, $given('timeout')));
    }

    /** @return array{ok: bool, text: string} */
    public static function verdict(string $url, string $credential, string $timeout): array
    {
        if (Settings::cleanUrl($url) === null) {
            return ['ok' => false, 'text' => __('The address is no web address, as in http://127.0.0.1:8000.', 'copydesk')];
        }
        if ($credential !== '' && Settings::credentialFault($credential) !== '') {
            return ['ok' => false, 'text' => self::fault(Settings::credentialFault($credential))];
        }
        $settings = new Settings(['url' => $url, 'credential' => $credential, 'timeout' => $timeout]);
        try {
            $found = (new Client($settings))->probe();
        } catch (ClientError $error) {
            return ['ok' => false, 'text' => self::explain($error, $settings)];
        }
        return ['ok' => true, 'text' => sprintf(
            /* translators: 1: name of the model, 2: version of the service, 3: milliseconds */
            __('Connected: model %1$s, Copydesk %2$s, answered in %3$d ms.', 'copydesk'),
            $found['model'],
            $found['version'],
            $found['milliseconds']
        )];
    }

    private static function explain(ClientError $error, Settings $settings): string
    {
        if ($error->reason === 'unauthorised') {
            return $settings->credential() === ''
                ? __('The service wants a secret: enter the one it was started with.', 'copydesk')
                : __('Wrong secret: the service refused it. Compare it with COPYDESK_SECRET there, and the clocks.', 'copydesk');
        }
        if ($error->reason === 'unsigned') {
            return __('The service does not know this secret: its answer was not signed. Start it with COPYDESK_SECRET.', 'copydesk');
        }
        if ($error->reason === 'garbage' || $error->reason === 'status' || $error->reason === 'refused') {
            return __('Wrong address: something answers there, but it is no Copydesk service.', 'copydesk');
        }
        return ClientError::explain($error->reason);
    }

    private function credential(array $input, string $old): string
    {
        $given = is_string($input['credential'] ?? null) ? trim($input['credential']) : '';
        if (!empty($input['forget'])) {
            return '';
        }
        if ($given === '') {
            return $old;
        }
        $fault = Settings::credentialFault($given);
        if ($fault !== '') {
            $this->complain('credential', self::fault($fault));
            return $old;
        }
        return $given;
    }

    private static function fault(string $fault): string
    {
        return $fault === 'bad-secret'
            ? __('The secret is not complete: after whsec_ come 24 to 64 bytes in base64.', 'copydesk')
            : __('This is neither a secret (whsec_...) nor a bearer token.', 'copydesk');
    }

    private function complain(string $field, string $text): void
    {
        add_settings_error(Settings::OPTION, "copydesk-$field", $text);
    }
}
