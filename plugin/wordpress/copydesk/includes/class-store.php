<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * What Copydesk remembers of an article, in post meta that starts with an underscore: no theme, feed or REST answer shows it.
 *
 * A record is {hash, at, report, error}; an intent is what the person who saved wanted: {hash, user, status, date, date_gmt}.
 */
final class Store
{
    public const STATE = '_copydesk_state';
    public const SCORE = '_copydesk_score';
    public const RECORD = '_copydesk_record';
    public const RELEASE = '_copydesk_release';
    public const INTENT = '_copydesk_intent';
    public const RETRY = '_copydesk_retry';
    public const LOG = '_copydesk_log';
    public const KEYS = [self::STATE, self::SCORE, self::RECORD, self::RELEASE, self::INTENT, self::RETRY, self::LOG];

    private const MAX_LOG = 50;

    public function state(int $id): string
    {
        $state = get_post_meta($id, self::STATE, true);
        return is_string($state) ? $state : '';
    }

    /** The last verdict on this article; its text may have changed since. */
    public function record(int $id): array
    {
        return $this->read($id, self::RECORD);
    }

    /** The last report, or null. */
    public function report(int $id): ?Report
    {
        return Report::from($this->record($id)['report'] ?? null);
    }

    /** The report on exactly this text, or null. */
    public function reportOn(int $id, string $hash): ?Report
    {
        $record = $id ? $this->record($id) : [];
        return ($record['hash'] ?? null) === $hash ? Report::from($record['report'] ?? null) : null;
    }

    /** Did a moderator let exactly this text through? */
    public function isReleased(int $id, string $hash): bool
    {
        return $id !== 0 && ($this->read($id, self::RELEASE)['hash'] ?? null) === $hash;
    }

    public function intent(int $id): array
    {
        return $this->read($id, self::INTENT);
    }

    /** @return array<int, array<string, mixed>> Oldest first. */
    public function log(int $id): array
    {
        return array_values(array_filter($this->read($id, self::LOG), 'is_array'));
    }

    /** Remember a verdict, or that there could be none, and what became of the article. */
    public function put(int $id, string $hash, ?Report $report, string $error, string $state): void
    {
        $record = ['hash' => $hash, 'at' => time(), 'report' => $report ? $report->toArray() : null, 'error' => $error];
        $this->write($id, self::RECORD, $record);
        $score = $report ? $report->score : null;
        if ($score === null) {
            delete_post_meta($id, self::SCORE);
        } else {
            update_post_meta($id, self::SCORE, (string) round($score, 4));
        }
        $this->setState($id, $state);
    }

    public function setState(int $id, string $state): void
    {
        update_post_meta($id, self::STATE, $state);
        if (!State::isUnscored($state)) {
            delete_post_meta($id, self::RETRY);
        }
    }

    public function setIntent(int $id, array $intent): void
    {
        $this->write($id, self::INTENT, $intent);
    }

    public function clearIntent(int $id): void
    {
        delete_post_meta($id, self::INTENT);
    }

    public function setRelease(int $id, string $hash, int $user): void
    {
        $this->write($id, self::RELEASE, ['hash' => $hash, 'by' => $user, 'at' => time()]);
    }

    /** Note a decision; of more than fifty, the oldest goes. */
    public function note(int $id, string $what, string $hash, ?Report $report = null, string $detail = ''): void
    {
        $log = $this->log($id);
        $log[] = [
            'at' => time(),
            'what' => $what,
            'hash' => $hash,
            'by' => get_current_user_id(),
            'action' => $report ? $report->action : null,
            'scores' => $report ? array_map(static function (array $signal): ?float {
                return $signal['score'] === null ? null : round($signal['score'], 4);
            }, $report->signals) : null,
            'detail' => $detail,
        ];
        $this->write($id, self::LOG, array_slice($log, -self::MAX_LOG));
    }

    /** How many articles of a type are in each state. @return array<string, int> */
    public function count(string $type): array
    {
        global $wpdb;
        $rows = $wpdb->get_results($wpdb->prepare(
            "SELECT m.meta_value AS state, COUNT(*) AS posts FROM {$wpdb->postmeta} m JOIN {$wpdb->posts} p ON p.ID = m.post_id"
            . " WHERE m.meta_key = %s AND p.post_type = %s AND p.post_status NOT IN ('trash', 'auto-draft')"
            . ' GROUP BY m.meta_value',
            self::STATE,
            $type
        ));
        return array_map('intval', array_column($rows ?: [], 'posts', 'state'));
    }

    private function read(int $id, string $key): array
    {
        $data = json_decode((string) get_post_meta($id, $key, true), true);
        return is_array($data) ? $data : [];
    }

    private function write(int $id, string $key, array $data): void
    {
        update_post_meta($id, $key, wp_slash((string) wp_json_encode($data)));
    }
}
