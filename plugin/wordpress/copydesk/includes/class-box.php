<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The verdict beside the article: what was decided, the lines it rests on, what a moderator can do. */
final class Box
{
    private const MAX_LINES = 12;

    private Store $store;

    public function __construct(Store $store)
    {
        $this->store = $store;
    }

    /** The box as HTML, everything in it escaped. */
    public function render(\WP_Post $post): string
    {
        $state = $this->store->state($post->ID);
        if ($state === '') {
            return '<p class="copydesk-quiet">'
                . esc_html__('Copydesk looks at an article when it is published.', 'copydesk') . '</p>'
                . $this->buttons($post, $state);
        }
        $record = $this->store->record($post->ID);
        $report = Report::from($record['report'] ?? null);
        $html = $this->verdict($post, $state, $report, $record);
        if ($report) {
            $html .= $this->signals($report) . $this->notes($report);
        }
        return $html . $this->buttons($post, $state) . $this->history($post->ID);
    }

    private function verdict(\WP_Post $post, string $state, ?Report $report, array $record): string
    {
        $error = is_string($record['error'] ?? null) ? $record['error'] : '';
        $html = '<p class="copydesk-verdict"><span class="copydesk-badge copydesk-' . esc_attr($state) . '">'
            . esc_html(Words::state($state)) . '</span> ';
        $html .= $report && $report->score !== null
            ? '<span class="copydesk-score">' . esc_html(number_format_i18n($report->score, 2)) . '</span></p>'
            : '</p>';
        $html .= '<p>' . esc_html(Words::summary($state, $report, $error)) . '</p>';
        if (($record['hash'] ?? '') !== Text::hash($post->post_title, $post->post_content)) {
            $html .= '<p class="copydesk-quiet">'
                . esc_html__('The text has changed since; it is judged anew when it is published.', 'copydesk') . '</p>';
        }
        return $html;
    }

    private function signals(Report $report): string
    {
        $html = '';
        $flagged = $report->flagged();
        foreach ($flagged as $signal) {
            $html .= $this->signal($report, $signal);
        }
        $others = '';
        foreach (array_keys($report->signals) as $signal) {
            if (!in_array($signal, $flagged, true)) {
                $others .= '<li>' . esc_html(Words::signal($signal)) . ' ' . $this->score($report->signals[$signal]) . '</li>';
            }
        }
        if ($others !== '') {
            $html .= '<details><summary>' . esc_html__('Not flagged', 'copydesk') . '</summary><ul>' . $others . '</ul></details>';
        }
        return $html;
    }

    private function signal(Report $report, string $signal): string
    {
        $html = '<h3 class="copydesk-signal">' . esc_html(Words::signal($signal)) . ' '
            . $this->score($report->signals[$signal]) . '</h3><ul class="copydesk-lines">';
        $lines = $report->lines($signal);
        foreach (array_slice($lines, 0, self::MAX_LINES) as $line) {
            $html .= '<li><q>' . esc_html($line['quote']) . '</q><span class="copydesk-quiet">'
                . esc_html($line['message'] !== '' ? $line['message'] : $line['reason']) . '</span></li>';
        }
        $more = max(count($lines), $report->counts[$signal] ?? 0) - self::MAX_LINES;
        if ($more > 0) {
            /* translators: %d: number of lines that are not shown */
            $text = sprintf(_n('and %d more', 'and %d more', $more, 'copydesk'), $more);
            $html .= '<li class="copydesk-quiet">' . esc_html($text) . '</li>';
        }
        return $html . '</ul>';
    }

    /** @param array{score: ?float, threshold: ?float} $signal */
    private function score(array $signal): string
    {
        if ($signal['score'] === null) {
            return '<span class="copydesk-quiet">' . esc_html__('not judged', 'copydesk') . '</span>';
        }
        $score = number_format_i18n($signal['score'], 2);
        if ($signal['threshold'] === null) {
            return '<span class="copydesk-score">' . esc_html($score) . '</span>';
        }
        return '<span class="copydesk-score">' . esc_html(sprintf(
            /* translators: 1: score from 0 to 1, 2: the score from which on it counts */
            __('%1$s (flagged from %2$s)', 'copydesk'),
            $score,
            number_format_i18n($signal['threshold'], 2)
        )) . '</span>';
    }

    private function notes(Report $report): string
    {
        $html = '';
        foreach ($report->notes as $note) {
            $html .= '<p class="copydesk-quiet">' . esc_html($note) . '</p>';
        }
        return $html;
    }

    private function buttons(\WP_Post $post, string $state): string
    {
        if (!Access::mayRelease($post->ID)) {
            return '';
        }
        $html = '';
        foreach (AdminActions::offered($this->store, $post) as $action => $label) {
            $isMain = $action === 'release' || $action === 'clean';
            $html .= '<a class="button ' . ($isMain ? 'button-secondary' : 'button-link') . '" href="'
                . esc_url(AdminActions::url($action, $post)) . '">' . esc_html($label) . '</a> ';
        }
        return $html === '' ? '' : '<p class="copydesk-buttons">' . $html . '</p>';
    }

    private function history(int $id): string
    {
        $html = '';
        foreach (array_slice(array_reverse($this->store->log($id)), 0, 10) as $entry) {
            $user = get_userdata((int) ($entry['by'] ?? 0));
            $html .= '<li>' . esc_html(wp_date(get_option('date_format') . ' H:i', (int) ($entry['at'] ?? 0))) . ': '
                . esc_html(Words::logged(is_string($entry['what'] ?? null) ? $entry['what'] : ''))
                . ($user ? ' (' . esc_html($user->display_name) . ')' : '') . '</li>';
        }
        return $html === '' ? '' : '<details><summary>' . esc_html__('History', 'copydesk') . "</summary><ul>$html</ul></details>";
    }
}
