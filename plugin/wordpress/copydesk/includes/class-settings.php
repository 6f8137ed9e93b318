<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * The settings in force: the constants of wp-config.php, else what the settings page saved, else the defaults.
 *
 * Without an address the plugin does nothing at all: a site on which it was just activated must not stop publishing.
 */
final class Settings
{
    public const OPTION = 'copydesk_settings';

    public const DOWN = ['hold', 'publish'];
    public const HOLD_AT = ['review', 'hold'];
    public const LIVE = ['authors', 'keep', 'unpublish'];

    private const DEFAULTS = [
        'url' => '',
        'credential' => '',
        'timeout' => 3.0,
        'down' => 'hold',
        'hold_at' => 'review',
        'live' => 'authors',
        'observe' => false,
        'types' => ['post'],
    ];

    private array $values;

    /** @param array<string, mixed> $values What is not there, or of the wrong kind, is as by default. */
    public function __construct(array $values = [])
    {
        $this->values = self::clean($values);
    }

    public static function load(): self
    {
        $saved = get_option(self::OPTION, []);
        $values = is_array($saved) ? $saved : [];
        if (self::isFixed('url')) {
            $values['url'] = constant('COPYDESK_URL');
        }
        if (self::isFixed('credential')) {
            $values['credential'] = constant('COPYDESK_SECRET');
        }
        return new self($values);
    }

    /** Is this field set by a constant, so that the settings page cannot change it? */
    public static function isFixed(string $field): bool
    {
        $names = ['url' => 'COPYDESK_URL', 'credential' => 'COPYDESK_SECRET'];
        return isset($names[$field]) && defined($names[$field]) && is_string(constant($names[$field]));
    }

    /**
     * Settings as they may be used: each one in its range, or its default.
     *
     * @param array<string, mixed> $values
     * @return array<string, mixed>
     */
    public static function clean(array $values): array
    {
        $given = $values + self::DEFAULTS;
        $types = array_filter(is_array($given['types']) ? $given['types'] : [], 'is_string');
        return [
            'url' => self::cleanUrl($given['url']) ?? '',
            'credential' => is_string($given['credential']) ? trim($given['credential']) : '',
            'timeout' => min(10.0, max(1.0, is_numeric($given['timeout']) ? (float) $given['timeout'] : 3.0)),
            'down' => self::oneOf($given['down'], self::DOWN),
            'hold_at' => self::oneOf($given['hold_at'], self::HOLD_AT),
            'live' => self::oneOf($given['live'], self::LIVE),
            'observe' => (bool) $given['observe'],
            'types' => array_values(array_unique($types)),
        ];
    }

    /** The address without a slash at its end; null where it is none that articles may be sent to. */
    public static function cleanUrl($url): ?string
    {
        if (!is_string($url) || strlen($url) > 2000) {
            return null;
        }
        $url = rtrim(trim($url), '/');
        $parts = parse_url($url);
        $allowed = ['scheme' => 1, 'host' => 1, 'port' => 1, 'path' => 1];
        if (!$parts || array_diff_key($parts, $allowed) || empty($parts['host'])) {
            return null;
        }
        $isWeb = in_array(strtolower($parts['scheme'] ?? ''), ['http', 'https'], true);
        return $isWeb && !preg_match('/[\s\x00-\x1f"\'<>\\\\]/', $url) ? $url : null;
    }

    /** What is wrong with a secret or token, as an id; empty where nothing is. */
    public static function credentialFault(string $credential): string
    {
        if (strpos($credential, 'whsec_') === 0) {
            return Signature::key($credential) === null ? 'bad-secret' : '';
        }
        return preg_match('~^[A-Za-z0-9._\~+/=-]{1,512}$~', $credential) ? '' : 'bad-token';
    }

    public function url(): string
    {
        return $this->values['url'];
    }

    /** The shared secret of signed requests (whsec_...), or a bearer token, or nothing. */
    public function credential(): string
    {
        return $this->values['credential'];
    }

    public function isSigned(): bool
    {
        return strpos($this->credential(), 'whsec_') === 0;
    }

    /** Seconds that an editor waits for the scorer at most. */
    public function timeout(): float
    {
        return $this->values['timeout'];
    }

    /** What happens to an article that cannot be scored: hold or publish. */
    public function down(): string
    {
        return $this->values['down'];
    }

    /** The action from which on an article is held: review or hold. */
    public function holdAt(): string
    {
        return $this->values['hold_at'];
    }

    /** What happens to a published article that is edited into a bad one: authors, keep or unpublish. */
    public function live(): string
    {
        return $this->values['live'];
    }

    public function isObserving(): bool
    {
        return $this->values['observe'];
    }

    /** @return string[] */
    public function types(): array
    {
        return $this->values['types'];
    }

    public function isSetUp(): bool
    {
        return $this->url() !== '';
    }

    private static function oneOf($value, array $allowed): string
    {
        return is_string($value) && in_array($value, $allowed, true) ? $value : $allowed[0];
    }
}
