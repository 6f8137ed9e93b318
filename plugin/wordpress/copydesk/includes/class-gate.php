<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * Judges every article on its way out, before readers can see it.
 *
 * Three doors lead out: wp_insert_post() (both editors, REST, XML-RPC, quick and bulk edit, scheduling, programs), whose
 * filter runs before the row is written; wp-cron's publishing of scheduled articles, which writes the row by itself and is
 * caught before; and programs that call wp_publish_post() or change the row themselves, which can only be caught after.
 */
final class Gate
{
    private Store $store;
    /** Decisions of wp_insert_post's filter, by hash, until the row is written and has an ID. @var array<string, array> */
    private array $waiting = [];
    /** The hash of each article that was decided on in this request. @var array<int, string> */
    private array $settled = [];
    /** What was asked in this request, by hash. @var array<string, Verdict> */
    private array $asked = [];

    public function __construct(Store $store)
    {
        $this->store = $store;
    }

    public function hook(): void
    {
        // Last, so that what is judged is what will be stored.
        add_filter('wp_insert_post_data', [$this, 'beforeInsert'], PHP_INT_MAX, 2);
        add_action('save_post', [$this, 'afterSave'], 1, 3);
        add_action('publish_future_post', [$this, 'beforeScheduled'], 5);  // core publishes at 10
        add_action('transition_post_status', [$this, 'onTransition'], PHP_INT_MIN, 3);
    }

    /**
     * The first door.
     *
     * @param array $data    The row, slashed.
     * @param array $postarr What wp_insert_post() was called with.
     */
    public function beforeInsert($data, $postarr)
    {
        $settings = Settings::load();
        $status = $data['post_status'] ?? '';
        if (!$this->isGuarded($data['post_type'] ?? '', $settings) || !self::goesOut($status)) {
            return $data;
        }
        $id = (int) ($postarr['ID'] ?? 0);
        $title = wp_unslash($data['post_title']);
        $content = wp_unslash($data['post_content']);
        $hash = Text::hash($title, $content);
        $before = $id ? get_post($id) : null;
        $live = $before && self::isOut($before->post_status);
        if ($live && Text::hash($before->post_title, $before->post_content) === $hash) {
            return $data;  // readers see this text already: new tags, or another date
        }
        /**
         * True lets this article pass without a look, for imports of one's own archive for instance.
         */
        if (apply_filters('copydesk_skip', false, $data, $postarr)) {
            return $data;
        }
        $intent = self::intent($hash, $status, $data['post_date'], $data['post_date_gmt']);
        if ($this->store->isReleased($id, $hash)) {
            $decision = ['hold' => false, 'state' => State::RELEASED, 'verdict' => null];
        } else {
            $verdict = $this->judge($id, $title, $content);
            $decision = $this->decide($verdict, $settings, $live, $live && Access::mayRelease($id));
        }
        $this->waiting[$hash] = $decision + ['intent' => $intent, 'id' => $id];
        if ($decision['hold']) {
            $data['post_status'] = 'pending';
            // As of any pending article: the date is set when it goes out. One that was out keeps its date.
            $data['post_date_gmt'] = $live ? $data['post_date_gmt'] : '0000-00-00 00:00:00';
        }
        return $data;
    }

    /** The row is written: now the article has an ID to remember the decision by. */
    public function afterSave($id, $post, $update = true): void
    {
        if (!$post instanceof \WP_Post || !$this->isGuarded($post->post_type, Settings::load())) {
            return;
        }
        $hash = Text::hash($post->post_title, $post->post_content);
        if (!isset($this->waiting[$hash])) {
            $hash = ($this->settled[$id] ?? null) === $hash ? null : $this->waitingFor($update ? (int) $id : 0);
        }
        if ($hash !== null) {
            $decision = $this->waiting[$hash];
            unset($this->waiting[$hash]);
            $this->remember((int) $id, $hash, $decision, $decision['intent']);
        }
    }

    /**
     * The hash of the text that was judged for this article, where another plugin has changed the text after that: it is held
     * for what was judged, and must not be pending without a reason beside it.
     */
    private function waitingFor(int $id): ?string
    {
        foreach ($this->waiting as $hash => $decision) {
            if ($decision['id'] === $id) {
                return (string) $hash;
            }
        }
        return null;
    }

    /** The second door: a scheduled article is due. One that is held is not scheduled any more when core looks. */
    public function beforeScheduled($id): void
    {
        $post = get_post($id);
        if (!$post || $post->post_status !== 'future' || !$this->isGuarded($post->post_type, Settings::load())) {
            return;
        }
        if (strtotime($post->post_date_gmt . ' GMT') > time()) {
            return;  // core schedules it anew
        }
        $this->decideOn($post, $post->post_status);
    }

    /** The third door: the row says that it is public, and nobody has decided that. */
    public function onTransition($new, $old, $post): void
    {
        if (!$post instanceof \WP_Post || !$this->isGuarded($post->post_type, Settings::load())) {
            return;
        }
        if (!self::isOut($new) || self::isOut($old)) {
            return;
        }
        $hash = Text::hash($post->post_title, $post->post_content);
        if (isset($this->waiting[$hash]) || ($this->settled[$post->ID] ?? null) === $hash) {
            return;
        }
        // Off the site before the scorer is asked: that may take as long as the timeout.
        $isKnown = $this->store->isReleased($post->ID, $hash) || $this->store->reportOn($post->ID, $hash);
        if (!$isKnown) {
            Publisher::write($post->ID, ['post_status' => 'pending']);
        }
        if ($this->decideOn($post, $new)) {
            $post->post_status = 'pending';
        } elseif (!$isKnown) {
            Publisher::write($post->ID, ['post_status' => $new]);
        }
    }

    /**
     * What the scorer says of a text: from memory, where it was asked before.
     */
    public function judge(int $id, string $title, string $content): Verdict
    {
        $hash = Text::hash($title, $content);
        if (!isset($this->asked[$hash])) {
            $known = $this->store->reportOn($id, $hash);
            $this->asked[$hash] = $known ? Verdict::of($known) : $this->ask($id, $title, $content);
        }
        return $this->asked[$hash];
    }

    /** What the scorer says of a text now; `$patiently` where nobody waits for it. */
    public function ask(int $id, string $title, string $content, bool $patiently = false): Verdict
    {
        $article = self::article($id, $title, $content);
        if (trim(wp_strip_all_tags($article['html'])) === '') {
            return Verdict::of(self::nothing());
        }
        try {
            $client = new Client(Settings::load());
            $report = $patiently ? $client->scorePatiently($article) : $client->score($article);
            Rescorer::serviceIsBack();
            return Verdict::of($report);
        } catch (ClientError $error) {
            return Verdict::none($error);
        }
    }

    /** An article as the service takes it. @return array<string, string> */
    public static function article(int $id, string $title, string $content): array
    {
        global $shortcode_tags;
        return [
            'id' => $id ? (string) $id : 'new',
            'title' => html_entity_decode(wp_strip_all_tags($title), ENT_QUOTES, 'UTF-8'),
            'html' => Text::mask($content, array_keys((array) $shortcode_tags)),
            'url' => ($id ? get_permalink($id) : false) ?: home_url('/'),
        ];
    }

    /** Remember a decision that was taken elsewhere, so that the article's way out is not barred again. */
    public function letThrough(int $id, string $hash): void
    {
        $this->settled[$id] = $hash;
    }

    /** @return array{hold: bool, state: string, verdict: ?Verdict} */
    public function decide(Verdict $verdict, Settings $settings, bool $live, bool $trusted): array
    {
        [$hold, $state] = Policy::decide($verdict->action(), $settings, $live, $trusted);
        return ['hold' => $hold, 'state' => $state, 'verdict' => $verdict];
    }

    /** Store what was decided, and tell those who want to know. */
    public function remember(int $id, string $hash, array $decision, array $intent): void
    {
        $this->settled[$id] = $hash;
        $verdict = $decision['verdict'];
        $state = $decision['state'];
        if ($verdict === null) {
            $this->store->setState($id, $state);
            return;
        }
        $this->store->put($id, $hash, $verdict->report, $verdict->error, $state);
        if ($decision['hold'] || State::isUnscored($state)) {
            $this->store->setIntent($id, $intent);
        }
        if (State::isUnscored($state) && $verdict->isRetryable) {
            Rescorer::plan($id);
        }
        $this->store->note($id, $state, $hash, $verdict->report, $verdict->error);
        /** Copydesk has decided on an article. */
        do_action('copydesk_decided', $id, $state);
    }

    /** What the person who saves wants, for when the article may go out after all. */
    public static function intent(string $hash, string $status, string $date, string $gmt): array
    {
        $user = get_current_user_id();
        return ['hash' => $hash, 'user' => $user, 'at' => time(), 'status' => $status, 'date' => $date, 'date_gmt' => $gmt];
    }

    public static function isOut(string $status): bool
    {
        $object = get_post_status_object($status);
        return $object !== null && !empty($object->public);
    }

    private static function goesOut(string $status): bool
    {
        return $status === 'future' || self::isOut($status);
    }

    /** Decide on an article whose row exists already; true where it is held now. */
    private function decideOn(\WP_Post $post, string $status): bool
    {
        $settings = Settings::load();
        $hash = Text::hash($post->post_title, $post->post_content);
        if ($this->store->isReleased($post->ID, $hash)) {
            $this->letThrough($post->ID, $hash);
            $this->store->setState($post->ID, State::RELEASED);
            return false;
        }
        $intent = self::intent($hash, $status, $post->post_date, $post->post_date_gmt);
        $verdict = $this->judge($post->ID, $post->post_title, $post->post_content);
        $decision = $this->decide($verdict, $settings, false, false);
        $this->remember($post->ID, $hash, $decision, $intent);
        if ($decision['hold']) {
            Publisher::hold($post->ID, $post->post_status !== 'future');
        }
        return $decision['hold'];
    }

    private function isGuarded(string $type, Settings $settings): bool
    {
        return $settings->isSetUp() && in_array($type, $settings->types(), true);
    }

    /** The report on an article without a word in it. */
    private static function nothing(): Report
    {
        return Report::from(['schema' => 1, 'action' => 'publish', 'score' => null, 'signals' => [], 'evidence' => []]);
    }
}
