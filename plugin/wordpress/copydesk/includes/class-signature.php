<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * Standard Webhooks: HMAC-SHA256 over "id.timestamp.body", both ways.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
final class Signature
{
    /** Seconds by which two clocks may differ. */
    public const SKEW = 300;

    /** The key of a whsec_ secret; null where it is none, or not of 24 to 64 bytes. */
    public static function key(string $secret): ?string
    {
        if (strpos($secret, 'whsec_') !== 0) {
            return null;
        }
        $key = base64_decode(substr($secret, 6), true);
        return $key !== false && strlen($key) >= 24 && strlen($key) <= 64 ? $key : null;
    }

    /** The value of webhook-signature; empty where the secret is none. */
    public static function sign(string $secret, string $id, int $timestamp, string $body): string
    {
        $key = self::key($secret);
        if ($key === null) {
            return '';
        }
        return 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    }

    /** @return array<string, string> */
    public static function headers(string $secret, string $id, int $timestamp, string $body): array
    {
        return [
            'webhook-id' => $id,
            'webhook-timestamp' => (string) $timestamp,
            'webhook-signature' => self::sign($secret, $id, $timestamp, $body),
        ];
    }

    /**
     * Is this the answer to request `$id`, made by somebody who knows the secret, within the last five minutes?
     *
     * @param array<string, mixed> $headers By their names in lower case.
     */
    public static function verify(string $secret, array $headers, string $body, string $id, int $now): bool
    {
        $timestamp = $headers['webhook-timestamp'] ?? null;
        $given = $headers['webhook-signature'] ?? null;
        if (!is_string($timestamp) || !preg_match('/^[0-9]{1,12}\z/', $timestamp) || !is_string($given)) {
            return false;
        }
        if (($headers['webhook-id'] ?? null) !== $id || abs($now - (int) $timestamp) > self::SKEW) {
            return false;
        }
        $expected = self::sign($secret, $id, (int) $timestamp, $body);
        foreach (array_slice(explode(' ', $given), 0, 8) as $signature) {
            if ($expected !== '' && hash_equals($expected, $signature)) {
                return true;
            }
        }
        return false;
    }
}
