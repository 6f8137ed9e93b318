<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** What becomes of an article that is about to go out: a pure function of the verdict and the settings. */
final class Policy
{
    /** Is this verdict bad enough to be held? */
    public static function isBad(string $action, Settings $settings): bool
    {
        return $action === 'hold' || ($action === 'review' && $settings->holdAt() === 'review');
    }

    /**
     * @param ?string $action  The service's, or null where the article could not be scored.
     * @param bool    $live    Is an earlier text of this article in front of readers already?
     * @param bool    $trusted May the person who saves it release held articles?
     * @return array{0: bool, 1: string} Is it held, and the state to record.
     */
    public static function decide(?string $action, Settings $settings, bool $live, bool $trusted): array
    {
        if ($action === null) {
            return self::unscored($settings, $live);
        }
        if (!self::isBad($action, $settings)) {
            return [false, State::PASSED];
        }
        if ($settings->isObserving()) {
            return [false, State::OBSERVED];
        }
        $stays = $live && ($settings->live() === 'keep' || ($settings->live() === 'authors' && $trusted));
        return $stays ? [false, State::FLAGGED] : [true, State::HELD];
    }

    private static function unscored(Settings $settings, bool $live): array
    {
        // An outage takes no page off the web for a mended typo: what is live stays, and is scored once that is possible.
        $stays = $settings->isObserving() || $settings->down() === 'publish'
            || ($live && $settings->live() !== 'unpublish');
        return $stays ? [false, State::UNSCORED_LIVE] : [true, State::UNSCORED_HELD];
    }
}
