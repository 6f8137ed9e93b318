<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The list of articles: a column that sorts, a filter, the actions of moderators on one article or on many. */
final class PostsList
{
    private const COLUMN = 'copydesk';
    private const PARAMETER = 'copydesk_state';
    private const BULK = ['copydesk_release' => 'release', 'copydesk_clean' => 'clean'];

    private Store $store;
    private Desk $desk;

    public function __construct(Store $store, Desk $desk)
    {
        $this->store = $store;
        $this->desk = $desk;
    }

    public function hook(): void
    {
        add_action('admin_init', [$this, 'hookTypes']);
        add_filter('post_row_actions', [$this, 'rowActions'], 10, 2);
        add_filter('page_row_actions', [$this, 'rowActions'], 10, 2);
        add_action('restrict_manage_posts', [$this, 'filter']);
        add_action('pre_get_posts', [$this, 'query']);
        add_action('admin_enqueue_scripts', [$this, 'addScript']);
    }

    public function hookTypes(): void
    {
        foreach (Settings::load()->types() as $type) {
            add_filter("manage_{$type}_posts_columns", [$this, 'columns']);
            add_action("manage_{$type}_posts_custom_column", [$this, 'column'], 10, 2);
            add_filter("manage_edit-{$type}_sortable_columns", [$this, 'sortable']);
            add_filter("bulk_actions-edit-{$type}", [$this, 'bulkActions']);
            add_filter("handle_bulk_actions-edit-{$type}", [$this, 'handleBulk'], 10, 3);
            add_filter("views_edit-{$type}", [$this, 'views']);
        }
    }

    public function columns($columns)
    {
        $columns[self::COLUMN] = __('Copydesk', 'copydesk');
        return $columns;
    }

    public function sortable($columns)
    {
        $columns[self::COLUMN] = [self::COLUMN, true];  // the worst first
        return $columns;
    }

    public function column($column, $id): void
    {
        if ($column !== self::COLUMN) {
            return;
        }
        $state = $this->store->state((int) $id);
        if ($state === '') {
            echo '<span class="copydesk-quiet">&mdash;</span>';
            return;
        }
        $record = $this->store->record((int) $id);
        $report = Report::from($record['report'] ?? null);
        $error = is_string($record['error'] ?? null) ? $record['error'] : '';
        printf(
            '<span class="copydesk-badge copydesk-%s" data-summary="%s">%s</span>',
            esc_attr($state),
            esc_attr(State::isOpen($state) ? Words::summary($state, $report, $error) : ''),
            esc_html(Words::state($state))
        );
        if ($report && $report->score !== null) {
            echo ' <span class="copydesk-score">' . esc_html(number_format_i18n($report->score, 2)) . '</span>';
        }
        if ($error !== '') {
            echo '<div class="copydesk-quiet">' . esc_html(ClientError::explain($error)) . '</div>';
        }
        if ($report) {
            $this->reasons($report);
        }
    }

    public function rowActions($actions, $post)
    {
        if (!in_array($post->post_type, Settings::load()->types(), true) || !Access::mayRelease($post->ID)) {
            return $actions;
        }
        foreach (AdminActions::offered($this->store, $post) as $action => $label) {
            $link = '<a href="%s" aria-label="%s">%s</a>';
            /* translators: 1: action, 2: title of an article */
            $name = sprintf(__('%1$s: %2$s', 'copydesk'), $label, $post->post_title);
            $url = AdminActions::url($action, $post);
            $actions["copydesk_$action"] = sprintf($link, esc_url($url), esc_attr($name), esc_html($label));
        }
        return $actions;
    }

    public function bulkActions($actions)
    {
        $type = get_post_type_object(get_current_screen()->post_type ?? '');
        if ($type && current_user_can($type->cap->edit_others_posts) && current_user_can($type->cap->publish_posts)) {
            $actions['copydesk_release'] = __('Release', 'copydesk');
            $actions['copydesk_clean'] = __('Clean and release', 'copydesk');
        }
        return $actions;
    }

    /** Core has checked the nonce of the list. */
    public function handleBulk($redirect, $action, $ids)
    {
        if (!isset(self::BULK[$action])) {
            return $redirect;
        }
        $done = 0;
        foreach (array_map('intval', (array) $ids) as $id) {
            if (!Access::mayRelease($id) || !State::isOpen($this->store->state($id))) {
                continue;
            }
            $result = self::BULK[$action] === 'clean' ? $this->desk->cleanAndRelease($id) : $this->desk->release($id);
            if (is_wp_error($result)) {
                Notices::say('error', '“' . get_the_title($id) . '”: ' . $result->get_error_message(), $id);
            } else {
                ++$done;
            }
        }
        /* translators: %d: number of articles */
        Notices::say('success', sprintf(_n('%d article released.', '%d articles released.', $done, 'copydesk'), $done));
        return $redirect;
    }

    /** "Held (3)" beside "All" and "Published": one count over an index, on this page only. */
    public function views($views)
    {
        $type = get_current_screen()->post_type;
        $counts = $this->store->count($type);
        $current = $this->chosen();
        foreach (['held', 'flagged', 'unscored'] as $group) {
            $number = array_sum(array_intersect_key($counts, array_flip(State::groups()[$group])));
            if ($number > 0) {
                $url = add_query_arg(['post_type' => $type, self::PARAMETER => $group], admin_url('edit.php'));
                $views["copydesk_$group"] = sprintf(
                    '<a href="%s"%s>Copydesk: %s <span class="count">(%s)</span></a>',
                    esc_url($url),
                    $current === $group ? ' class="current" aria-current="page"' : '',
                    esc_html(Words::group($group)),
                    esc_html(number_format_i18n($number))
                );
            }
        }
        return $views;
    }

    public function filter($type): void
    {
        if (!in_array($type, Settings::load()->types(), true)) {
            return;
        }
        echo '<label class="screen-reader-text" for="copydesk-filter">' . esc_html__('Filter by verdict', 'copydesk') . '</label>';
        echo '<select name="' . esc_attr(self::PARAMETER) . '" id="copydesk-filter">';
        echo '<option value="">' . esc_html__('All verdicts', 'copydesk') . '</option>';
        foreach (array_keys(State::groups()) as $group) {
            $selected = selected($this->chosen(), $group, false);
            echo '<option value="' . esc_attr($group) . '"' . $selected . '>' . esc_html(Words::group($group)) . '</option>';
        }
        echo '</select>';
    }

    public function query($query): void
    {
        if (!is_admin() || !$query->is_main_query() || !in_array($query->get('post_type'), Settings::load()->types(), true)) {
            return;
        }
        $meta = (array) ($query->get('meta_query') ?: []);
        if ($this->chosen() !== '') {
            $meta[] = ['key' => Store::STATE, 'value' => State::groups()[$this->chosen()], 'compare' => 'IN'];
        }
        if ($query->get('orderby') === self::COLUMN) {
            $meta[] = [
                'relation' => 'OR',
                'copydesk_none' => ['key' => Store::SCORE, 'compare' => 'NOT EXISTS'],
                'copydesk_score' => ['key' => Store::SCORE, 'compare' => 'EXISTS', 'type' => 'DECIMAL(6,4)'],
            ];
            $order = strtoupper($query->get('order')) === 'ASC' ? 'ASC' : 'DESC';
            $query->set('orderby', ['copydesk_score' => $order, 'ID' => 'DESC']);
        }
        if ($meta) {
            $query->set('meta_query', $meta);
        }
    }

    public function addScript($page): void
    {
        if ($page === 'edit.php') {
            wp_enqueue_script('copydesk-list', plugins_url('assets/list.js', FILE), ['jquery'], VERSION, true);
        }
    }

    private function reasons(Report $report): void
    {
        $flagged = $report->flagged();
        if ($flagged) {
            echo '<div>' . esc_html(Words::reasons($report)) . '</div>';
        }
        foreach (array_slice($flagged, 0, 2) as $signal) {
            $lines = $report->lines($signal);
            if ($lines) {
                echo '<q class="copydesk-quote">' . esc_html(Text::shorten($lines[0]['quote'], 90)) . '</q>';
            }
        }
    }

    private function chosen(): string
    {
        $value = isset($_GET[self::PARAMETER]) && is_string($_GET[self::PARAMETER]) ? sanitize_key($_GET[self::PARAMETER]) : '';
        return isset(State::groups()[$value]) ? $value : '';
    }
}
