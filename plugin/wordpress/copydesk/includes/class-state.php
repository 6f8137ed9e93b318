<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The states of an article, as they stand in post meta. */
final class State
{
    public const PASSED = 'passed';
    /** Pending, for a moderator to look at. */
    public const HELD = 'held';
    /** Bad, but it was published before and stays so. */
    public const FLAGGED = 'flagged';
    /** Bad, but Copydesk only observes. */
    public const OBSERVED = 'observed';
    public const UNSCORED_HELD = 'unscored_held';
    public const UNSCORED_LIVE = 'unscored_live';
    /** A moderator let exactly this text through. */
    public const RELEASED = 'released';

    /** The choices of the list's filter. @return array<string, string[]> */
    public static function groups(): array
    {
        return [
            'held' => [self::HELD],
            'flagged' => [self::FLAGGED, self::OBSERVED],
            'unscored' => [self::UNSCORED_HELD, self::UNSCORED_LIVE],
            'released' => [self::RELEASED],
            'passed' => [self::PASSED],
        ];
    }

    public static function isUnscored(string $state): bool
    {
        return in_array($state, [self::UNSCORED_HELD, self::UNSCORED_LIVE], true);
    }

    /** Is there something that a moderator may want to release? */
    public static function isOpen(string $state): bool
    {
        return in_array($state, [self::HELD, self::FLAGGED, self::UNSCORED_HELD, self::UNSCORED_LIVE], true);
    }
}
