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
     * some plugin has registered are meant: one that nobody knows does reach the readers, as it stands. What stands in a tag or
     * in a comment, as the attributes of blocks do, is no text to the scorer, and a comment inside of it would end it.
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
        $masked = '';
        $place = 0;
        while (($start = strpos($content, '<!--', $place)) !== false) {
            $end = strpos($content, '-->', $start + 2);
            $end = $end === false ? strlen($content) : $end + 3;
            $masked .= self::maskText(substr($content, $place, $start - $place), $names);
            $masked .= substr($content, $start, $end - $start);
            $place = $end;
        }
        return $masked . self::maskText(substr($content, $place), $names);
    }

    /** The content as it was before `mask`, or what the service has left of it. */
    public static function unmask(string $content): string
    {
        return preg_replace('~<!--copydesk:(\[[^\[\]<>]*\])-->~', '$1', $content) ?? $content;
    }

    /**
     * Can `$part` be had from `$whole` by taking whole words and whole tags out, and by nothing else?
     *
     * Not single characters: out of a long article those of any script could be picked.
     */
    public static function isCutFrom(string $part, string $whole): bool
    {
        $pieces = self::pieces($whole);
        foreach (self::pieces($part) as $wanted) {
            while ($pieces->valid() && $pieces->current() !== $wanted) {
                $pieces->next();
            }
            if ($wanted === null || !$pieces->valid()) {
                return false;
            }
            $pieces->next();
        }
        return true;
    }

    /** Is there anything to read in it, or to look at? */
    public static function isEmpty(string $content): bool
    {
        $media = ['img', 'video', 'audio', 'iframe', 'embed', 'object', 'svg', 'canvas'];
        $text = html_entity_decode(strip_tags($content, $media), ENT_QUOTES, 'UTF-8');
        return preg_match('/[^\s\x{a0}]/u', $text) === 0;
    }

    /** Comments, scripts, style sheets, tags, words, and all else byte by byte; null at the end where it cannot be taken apart. */
    private static function pieces(string $content): \Generator
    {
        // Possessive: nothing is tried twice, and a comment may be as long as it likes.
        $piece = '~\G(?:<!--(?:-?>|(?:[^-]++|-(?!->))*+(?:-->|\z))|<(script|style)\b(?:[^<]++|<(?!/\1))*+(?:</\1[^>]*+>|\z)'
            . '|<[a-z/!?][^>]*+>?|[a-z0-9_\x80-\xff]++|.)~si';
        $place = 0;
        $length = strlen($content);
        while ($place < $length) {
            if (preg_match($piece, $content, $found, 0, $place) !== 1) {
                yield null;
                return;
            }
            yield $found[0];
            $place += strlen($found[0]);
        }
    }

    private static function maskText(string $content, string $names): string
    {
        $masked = preg_replace_callback(
            '~<[/a-zA-Z!?][^<>]*>|\[/?(?:' . $names . ')(?![\w-])[^\[\]]*\]~',
            static function (array $found): string {
                // A comment cannot hold two hyphens or an angle bracket.
                return preg_match('/--|[<>]|-\]?$/', $found[0]) ? $found[0] : '<!--copydesk:' . $found[0] . '-->';
            },
            $content
        );
        return $masked ?? $content;
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
