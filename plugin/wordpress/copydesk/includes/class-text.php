<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** What is done with an article's text here: nearly nothing, the service reads it. */
final class Text
{
    /** What verdicts and releases are keyed on: the stored title and content, no more and no less. */
    public static function hash(string $title, string $content): string
    {
        return hash('sha256', $title . "\0" . $content);
    }

    /**
     * The content with its shortcodes inside comments.
     *
     * To readers `[gallery ids="1,2"]` is pictures; to the scorer it would be a template's leftover. Only shortcodes that
     * some plugin has registered are meant: one that nobody knows does reach the readers, as it stands.
     *
     * @param string[] $tags The registered ones.
     */
    public static function mask(string $content, array $tags): string
    {
        if (!$tags || strpos($content, '[') === false) {
            return $content;
        }
        $names = implode('|', array_map(static function ($tag): string {
            return preg_quote((string) $tag, '~');
        }, $tags));
        $masked = preg_replace_callback(
            '~\[/?(?:' . $names . ')(?![\w-])[^\[\]]*\]~',
            static function (array $found): string {
                // A comment cannot hold two hyphens or an angle bracket.
                return preg_match('/--|[<>]|-\]?$/', $found[0]) ? $found[0] : '<!--copydesk:' . $found[0] . '-->';
            },
            $content
        );
        return $masked ?? $content;
    }

    /** The content as it was before `mask`, or what the service has left of it. */
    public static function unmask(string $content): string
    {
        return preg_replace('~<!--copydesk:(\[[^\[\]<>]*\])-->~', '$1', $content) ?? $content;
    }

    /** Can `$part` be had from `$whole` by taking characters out, and by nothing else? */
    public static function isCutFrom(string $part, string $whole): bool
    {
        $length = strlen($part);
        $place = 0;
        for ($index = 0; $index < $length; ++$index) {
            $found = strpos($whole, $part[$index], $place);
            if ($found === false) {
                return false;
            }
            $place = $found + 1;
        }
        return true;
    }

    /** At most `$limit` characters of a valid UTF-8 text, on one line; empty for anything else. */
    public static function shorten($value, int $limit): string
    {
        if (!is_string($value)) {
            return '';
        }
        $text = trim(preg_replace('/[\s\x00-\x1f\x7f]+/u', ' ', $value) ?? '');
        preg_match('/^.{0,' . ($limit - 1) . '}/us', $text, $start);
        // One more byte than the start may hold is one more character.
        return strlen($text) > strlen($start[0] ?? '') + 4 ? rtrim($start[0]) . '…' : $text;
    }
}
