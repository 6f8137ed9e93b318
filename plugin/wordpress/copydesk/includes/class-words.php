<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** What Copydesk says to people. Plain text: whoever prints it escapes it. */
final class Words
{
    public static function state(string $state): string
    {
        $names = [
            State::PASSED => __('Passed', 'copydesk'),
            State::HELD => __('Held', 'copydesk'),
            State::FLAGGED => __('Live, flagged', 'copydesk'),
            State::OBSERVED => __('Would be held', 'copydesk'),
            State::UNSCORED_HELD => __('Held, not scored', 'copydesk'),
            State::UNSCORED_LIVE => __('Live, not scored', 'copydesk'),
            State::RELEASED => __('Released', 'copydesk'),
        ];
        return $names[$state] ?? __('Not looked at', 'copydesk');
    }

    /** A choice of the list's filter. */
    public static function group(string $group): string
    {
        $names = [
            'held' => __('Held', 'copydesk'),
            'flagged' => __('Flagged', 'copydesk'),
            'unscored' => __('Not scored', 'copydesk'),
            'released' => __('Released', 'copydesk'),
            'passed' => __('Passed', 'copydesk'),
        ];
        return $names[$group] ?? $group;
    }

    public static function signal(string $signal): string
    {
        $names = [
            'rewrite' => __('Machine rewrite', 'copydesk'),
            'seo_padding' => __('SEO padding', 'copydesk'),
            'injected_links' => __('Injected links', 'copydesk'),
            'feed_debris' => __('Feed debris', 'copydesk'),
        ];
        return $names[$signal] ?? str_replace('_', ' ', $signal);
    }

    /** What counts against the article, in a line: "2 injected lines, 1 padded paragraph". */
    public static function reasons(Report $report): string
    {
        $parts = [];
        foreach ($report->flagged() as $signal) {
            $parts[] = self::counted($signal, $report->counts[$signal] ?? 0);
        }
        return implode(_x(', ', 'between reasons', 'copydesk'), $parts);
    }

    /** What has become of the article and why, in a line. */
    public static function summary(string $state, ?Report $report, string $error): string
    {
        if (State::isUnscored($state)) {
            $what = $state === State::UNSCORED_HELD
                ? __('Held: Copydesk could not score this article.', 'copydesk')
                : __('Published without a score.', 'copydesk');
            return $what . ' ' . ($error !== '' ? ClientError::explain($error) : '');
        }
        $reasons = $report ? self::reasons($report) : '';
        $formats = [
            /* translators: %s: reasons, as in "2 injected lines, 1 padded paragraph" */
            State::HELD => __('Held for review: %s', 'copydesk'),
            /* translators: %s: reasons, as in "2 injected lines, 1 padded paragraph" */
            State::FLAGGED => __('Published, but flagged: %s', 'copydesk'),
            /* translators: %s: reasons, as in "2 injected lines, 1 padded paragraph" */
            State::OBSERVED => __('Copydesk would hold this: %s', 'copydesk'),
        ];
        return isset($formats[$state]) && $reasons !== '' ? sprintf($formats[$state], $reasons) : self::state($state);
    }

    /** An entry of the log. */
    public static function logged(string $what): string
    {
        $names = [
            'release' => __('Released by a person', 'copydesk'),
            'clean' => __('Cleaned by a person', 'copydesk'),
            'clean-release' => __('Released after cleaning', 'copydesk'),
            'feedback-wrong' => __('Reported as wrong', 'copydesk'),
            'feedback-right' => __('Confirmed', 'copydesk'),
        ];
        return $names[$what] ?? self::state($what);
    }

    /** What a moderator's action came to. */
    public static function done(string $result): string
    {
        $names = [
            'released' => __('Released and published.', 'copydesk'),
            'scheduled' => __('Released; it goes out on its date.', 'copydesk'),
            'noted' => __('This text is released.', 'copydesk'),
            'feedback' => __('Thank you, the verdict was reported as wrong.', 'copydesk'),
        ];
        /* translators: %s: a state, as in "Passed" */
        return $names[$result] ?? sprintf(__('Scored: %s.', 'copydesk'), self::state($result));
    }

    private static function counted(string $signal, int $count): string
    {
        if ($signal === 'rewrite' || $count === 0) {
            /* translators: one reason of several, "reads like a machine rewrite" */
            $rewrite = __('reads like a machine rewrite', 'copydesk');
            return $signal === 'rewrite' ? $rewrite : self::signal($signal);
        }
        switch ($signal) {
            case 'injected_links':
                /* translators: %d: number of lines */
                return sprintf(_n('%d injected line', '%d injected lines', $count, 'copydesk'), $count);
            case 'seo_padding':
                /* translators: %d: number of paragraphs */
                return sprintf(_n('%d padded paragraph', '%d padded paragraphs', $count, 'copydesk'), $count);
            case 'feed_debris':
                /* translators: %d: number of lines */
                return sprintf(_n('%d line of feed debris', '%d lines of feed debris', $count, 'copydesk'), $count);
        }
        return self::signal($signal) . " ($count)";
    }
}
