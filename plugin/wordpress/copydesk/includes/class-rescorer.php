<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * Scores by wp-cron what could not be scored when it was saved, as soon as the service is back.
 *
 * One event at a time: it is planned when an article waits, and again while some do. Each failure doubles the pause.
 */
final class Rescorer
{
    public const HOOK = 'copydesk_rescore';
    public const FAILURES = 'copydesk_failures';

    private const BATCH = 10;
    private const FIRST_PAUSE = 60;
    private const LONGEST_PAUSE = 900;

    private Store $store;
    private Gate $gate;
    private Desk $desk;

    public function __construct(Store $store, Gate $gate, Desk $desk)
    {
        $this->store = $store;
        $this->gate = $gate;
        $this->desk = $desk;
    }

    public function hook(): void
    {
        add_action(self::HOOK, [$this, 'run']);
    }

    /** This article waits for its verdict. */
    public static function plan(int $id): void
    {
        update_post_meta($id, Store::RETRY, (string) time());
        self::schedule();
    }

    public static function unschedule(): void
    {
        wp_clear_scheduled_hook(self::HOOK);
        delete_option(self::FAILURES);
    }

    /** The service has just answered: what waits need not wait for the end of a long pause. */
    public static function serviceIsBack(): void
    {
        if (get_option(self::FAILURES)) {
            self::unschedule();
            self::schedule();
        }
    }

    /** Seconds until the next try after so many failures in a row. */
    public static function pause(int $failures): int
    {
        return min(self::LONGEST_PAUSE, self::FIRST_PAUSE * (2 ** min(10, max(0, $failures))));
    }

    /** One batch, oldest first; it ends with the first failure. */
    public function run(): void
    {
        if (!Settings::load()->isSetUp()) {
            return;  // saving an address plans the next run
        }
        $failures = (int) get_option(self::FAILURES, 0);
        foreach ($this->waiting(self::BATCH) as $id) {
            $post = get_post($id);
            $isGuarded = $post && in_array($post->post_type, Settings::load()->types(), true);
            if (!$isGuarded || in_array($post->post_status, ['trash', 'auto-draft'], true)) {
                delete_post_meta($id, Store::RETRY);
                continue;
            }
            $verdict = $this->gate->ask($id, $post->post_title, $post->post_content, true);
            if ($verdict->report === null && $verdict->isRetryable) {
                // To the end of the queue: should it be this article that the service fails at, the others do not wait for it.
                update_post_meta($id, Store::RETRY, (string) (time() + 1));
                update_option(self::FAILURES, $failures + 1, false);
                self::schedule();
                return;
            }
            $this->desk->settle($post, $verdict);
        }
        delete_option(self::FAILURES);
        if ($this->waiting(1)) {
            self::schedule();
        }
    }

    /** See to it that somebody looks, soon or after a pause. */
    public static function schedule(): void
    {
        if (!wp_next_scheduled(self::HOOK)) {
            wp_schedule_single_event(time() + self::pause((int) get_option(self::FAILURES, 0)), self::HOOK);
        }
    }

    /** @return int[] */
    private function waiting(int $limit): array
    {
        global $wpdb;
        $ids = $wpdb->get_col($wpdb->prepare(
            "SELECT post_id FROM {$wpdb->postmeta} WHERE meta_key = %s ORDER BY CAST(meta_value AS UNSIGNED), post_id LIMIT %d",
            Store::RETRY,
            $limit
        ));
        return array_map('intval', $ids);
    }
}
