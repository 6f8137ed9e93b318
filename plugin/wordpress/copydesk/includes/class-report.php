<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * A report of the service, checked and made small enough for post meta.
 *
 * Everything in it comes from outside, quotes from strangers: it is stored as plain text and escaped where it is shown.
 */
final class Report
{
    private const MAX_EVIDENCE = 60;
    private const MAX_QUOTE = 400;
    private const ACTIONS = ['publish', 'review', 'hold'];

    public string $action;
    /** From 0 to 1; null where the service abstains. */
    public ?float $score;
    /** @var array<string, array{score: ?float, flagged: bool, threshold: ?float}> */
    public array $signals = [];
    /** @var array<int, array{signal: string, reason: string, message: string, quote: string, score: ?float, related: bool, start: int}> */
    public array $evidence = [];
    /** Lines that count against the article, by signal. @var array<string, int> */
    public array $counts = [];
    /** @var string[] */
    public array $notes = [];
    public string $model;
    /** The service's own hash of the text it scored: what feedback refers to. */
    public string $contentHash;

    private function __construct()
    {
    }

    /** A report from the service's JSON or from post meta; null where it is none. */
    public static function from($data): ?self
    {
        if (!is_array($data) || ($data['schema'] ?? null) !== 1) {
            return null;
        }
        if (!in_array($data['action'] ?? null, self::ACTIONS, true)) {
            return null;
        }
        if (!is_array($data['signals'] ?? null) || !is_array($data['evidence'] ?? null)) {
            return null;
        }
        $report = new self();
        $report->action = $data['action'];
        $report->score = self::probability($data['score'] ?? null);
        $report->model = Text::shorten($data['model'] ?? '', 60);
        $report->contentHash = Text::shorten($data['content_hash'] ?? '', 100);
        $report->readSignals($data['signals']);
        $report->readEvidence($data['evidence']);
        if (is_array($data['counts'] ?? null)) {
            $report->counts = array_filter(array_intersect_key($data['counts'], $report->signals), 'is_int');
        }
        foreach (array_slice(is_array($data['notes'] ?? null) ? $data['notes'] : [], 0, 10) as $note) {
            $report->notes[] = Text::shorten($note, 300);
        }
        return $report;
    }

    /** @return array<string, mixed> What `from` takes. */
    public function toArray(): array
    {
        return [
            'schema' => 1,
            'action' => $this->action,
            'score' => $this->score,
            'signals' => $this->signals,
            'evidence' => $this->evidence,
            'counts' => $this->counts,
            'notes' => $this->notes,
            'model' => $this->model,
            'content_hash' => $this->contentHash,
        ];
    }

    /** @return string[] The flagged signals, strongest first. */
    public function flagged(): array
    {
        $flagged = array_filter($this->signals, static function (array $signal): bool {
            return $signal['flagged'];
        });
        uasort($flagged, static function (array $one, array $other): int {
            return $other['score'] <=> $one['score'];
        });
        return array_keys($flagged);
    }

    /** @return array<int, array<string, mixed>> The lines of a signal that count against the article, as they stand in it. */
    public function lines(string $signal): array
    {
        $lines = array_filter($this->evidence, static function (array $found) use ($signal): bool {
            return $found['signal'] === $signal && !$found['related'];
        });
        usort($lines, static function (array $one, array $other): int {
            return $one['start'] <=> $other['start'];
        });
        return $lines;
    }

    private function readSignals(array $signals): void
    {
        foreach (array_slice($signals, 0, 12, true) as $name => $signal) {
            if (!is_string($name) || !preg_match('/^[a-z_]{1,40}$/', $name) || !is_array($signal)) {
                continue;
            }
            $this->signals[$name] = [
                'score' => self::probability($signal['score'] ?? null),
                'flagged' => ($signal['flagged'] ?? null) === true,
                'threshold' => self::probability($signal['threshold'] ?? null),
            ];
        }
    }

    private function readEvidence(array $evidence): void
    {
        $kept = [];
        foreach (array_slice($evidence, 0, 2000) as $found) {
            if (!is_array($found) || !is_string($found['signal'] ?? null) || !isset($this->signals[$found['signal']])) {
                continue;
            }
            $line = [
                'signal' => $found['signal'],
                'reason' => Text::shorten($found['reason'] ?? '', 60),
                'message' => Text::shorten($found['message'] ?? '', 200),
                'quote' => Text::shorten($found['quote'] ?? '', self::MAX_QUOTE),
                'score' => self::probability($found['score'] ?? null),
                'related' => ($found['related'] ?? null) === true,
                'start' => is_int($found['start'] ?? null) ? $found['start'] : 0,
            ];
            if (!$line['related']) {
                $this->counts[$line['signal']] = ($this->counts[$line['signal']] ?? 0) + 1;
            }
            $kept[] = $line;
        }
        // What the verdict rests on goes first, so that the limit cuts the rest.
        usort($kept, function (array $one, array $other): int {
            return $this->weight($other) <=> $this->weight($one);
        });
        $this->evidence = array_slice($kept, 0, self::MAX_EVIDENCE);
    }

    private function weight(array $line): float
    {
        $counts = $this->signals[$line['signal']]['flagged'] && !$line['related'];
        return ($counts ? 1.0 : 0.0) + (float) $line['score'];
    }

    private static function probability($value): ?float
    {
        return is_int($value) || is_float($value) ? min(1.0, max(0.0, (float) $value)) : null;
    }
}
