<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * Remembers for some seconds that the service failed, so that ten articles of a bulk edit do not wait ten times.
 */
final class Breaker
{
    public const SECONDS = 20;
    private const KEY = 'copydesk_down';

    public function isOpen(): bool
    {
        return time() < (int) get_transient(self::KEY);
    }

    public function trip(): void
    {
        set_transient(self::KEY, time() + self::SECONDS, self::SECONDS);
    }

    public function reset(): void
    {
        delete_transient(self::KEY);
    }
}
