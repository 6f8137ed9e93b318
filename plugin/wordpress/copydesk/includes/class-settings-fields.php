<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The fields of the settings page. */
final class SettingsFields
{
    /** @return array<string, array{0: string, 1: string}> Section and label, by name. */
    public function all(): array
    {
        return [
            'url' => ['service', __('Address', 'copydesk')],
            'credential' => ['service', __('Secret or token', 'copydesk')],
            'timeout' => ['service', __('Timeout', 'copydesk')],
            'test' => ['service', __('Connection', 'copydesk')],
            'types' => ['policy', __('What is judged', 'copydesk')],
            'hold_at' => ['policy', __('What is held', 'copydesk')],
            'down' => ['policy', __('If it cannot be scored', 'copydesk')],
            'live' => ['policy', __('A published article turns bad', 'copydesk')],
            'observe' => ['policy', __('Observe only', 'copydesk')],
        ];
    }

    /** The types of articles there are. @return array<string, string> */
    public static function types(): array
    {
        $types = get_post_types(['public' => true, 'show_ui' => true], 'objects');
        unset($types['attachment']);
        return array_map(static function (\WP_Post_Type $type): string {
            return $type->labels->name;
        }, $types);
    }

    public function show(string $name, Settings $settings): void
    {
        $method = 'show' . str_replace('_', '', ucwords($name, '_'));
        $this->$method($settings);
    }

    private function showUrl(Settings $settings): void
    {
        if (Settings::isFixed('url')) {
            echo '<code id="copydesk-url">' . esc_html($settings->url()) . '</code>';
            $this->describe(__('Set by COPYDESK_URL in wp-config.php.', 'copydesk'));
            return;
        }
        printf(
            '<input type="url" class="regular-text code" id="copydesk-url" name="%s" value="%s" placeholder="http://127.0.0.1:8000">',
            esc_attr($this->name('url')),
            esc_attr($settings->url())
        );
        $this->describe(__('Where "copydesk serve" listens. Without an address, nothing is judged.', 'copydesk'));
    }

    private function showCredential(Settings $settings): void
    {
        if (Settings::isFixed('credential')) {
            echo '<span id="copydesk-credential">' . esc_html__('Set by COPYDESK_SECRET in wp-config.php.', 'copydesk') . '</span>';
            return;
        }
        $isSet = $settings->credential() !== '';
        printf(
            '<input type="password" class="regular-text code" id="copydesk-credential" name="%s" value="" autocomplete="off"'
                . ' spellcheck="false" placeholder="%s">',
            esc_attr($this->name('credential')),
            esc_attr($isSet ? __('stored; leave empty to keep it', 'copydesk') : 'whsec_...')
        );
        if ($isSet) {
            printf(
                ' <label><input type="checkbox" name="%s" value="1"> %s</label>',
                esc_attr($this->name('forget')),
                esc_html__('Forget it', 'copydesk')
            );
        }
        $this->describe(__(
            'COPYDESK_SECRET of the service (whsec_...; requests and answers are signed), or its COPYDESK_TOKEN. Never shown again.',
            'copydesk'
        ));
    }

    private function showTimeout(Settings $settings): void
    {
        printf(
            '<input type="number" class="small-text" id="copydesk-timeout" name="%s" value="%s" min="1" max="10" step="0.5"> %s',
            esc_attr($this->name('timeout')),
            esc_attr((string) $settings->timeout()),
            esc_html__('seconds', 'copydesk')
        );
        $this->describe(__('The longest that a person who publishes waits for the service.', 'copydesk'));
    }

    private function showTest(): void
    {
        echo '<button type="button" class="button" id="copydesk-test">' . esc_html__('Test connection', 'copydesk') . '</button> ';
        echo '<span id="copydesk-test-result" role="status" aria-live="polite"></span>';
    }

    private function showTypes(Settings $settings): void
    {
        echo '<fieldset><legend class="screen-reader-text">' . esc_html__('What is judged', 'copydesk') . '</legend>';
        foreach (self::types() as $type => $label) {
            printf(
                '<label><input type="checkbox" name="%s[]" value="%s"%s> %s</label><br>',
                esc_attr($this->name('types')),
                esc_attr($type),
                checked(in_array($type, $settings->types(), true), true, false),
                esc_html($label)
            );
        }
        echo '</fieldset>';
    }

    private function showHoldAt(Settings $settings): void
    {
        $this->choices('hold_at', $settings->holdAt(), [
            'review' => __('Whatever the service says to review or to hold (default)', 'copydesk'),
            'hold' => __('Only what it says to hold: two signals at once, or as its policy file has it', 'copydesk'),
        ]);
    }

    private function showDown(Settings $settings): void
    {
        $this->choices('down', $settings->down(), [
            'hold' => __('Hold it as pending until it is scored (default)', 'copydesk'),
            'publish' => __('Publish it, and score it later', 'copydesk'),
        ]);
        $this->describe(__('Either way it is marked "not scored", and scored when the service is back.', 'copydesk'));
    }

    private function showLive(Settings $settings): void
    {
        $this->choices('live', $settings->live(), [
            'authors' => __('Unpublish it, unless the change was made by somebody who may release articles (default)', 'copydesk'),
            'keep' => __('Keep it published and flag it', 'copydesk'),
            'unpublish' => __('Unpublish it, whoever made the change', 'copydesk'),
        ]);
        $this->describe(__('An unpublished article is pending; its address shows "not found" until it is released.', 'copydesk'));
    }

    private function showObserve(Settings $settings): void
    {
        printf(
            '<label><input type="checkbox" id="copydesk-observe" name="%s" value="1"%s> %s</label>',
            esc_attr($this->name('observe')),
            checked($settings->isObserving(), true, false),
            esc_html__('Record verdicts, and never hold anything', 'copydesk')
        );
    }

    /** @param array<string, string> $choices */
    private function choices(string $name, string $current, array $choices): void
    {
        echo '<fieldset>';
        foreach ($choices as $value => $label) {
            printf(
                '<label><input type="radio" name="%s" value="%s"%s> %s</label><br>',
                esc_attr($this->name($name)),
                esc_attr($value),
                checked($current, $value, false),
                esc_html($label)
            );
        }
        echo '</fieldset>';
    }

    private function describe(string $text): void
    {
        echo '<p class="description">' . esc_html($text) . '</p>';
    }

    private function name(string $field): string
    {
        return Settings::OPTION . "[$field]";
    }
}
