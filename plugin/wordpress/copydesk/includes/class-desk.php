<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * What moderators do with an article. The callers have checked that they may.
 *
 * `$seen` is the hash of the text that the moderator looked at: a text that was changed meanwhile is not released blindly.
 */
final class Desk
{
    private Store $store;
    private Gate $gate;

    public function __construct(Store $store, Gate $gate)
    {
        $this->store = $store;
        $this->gate = $gate;
    }

    /**
     * Let exactly this text through.
     *
     * @return string|\WP_Error What was done: released, scheduled or noted.
     */
    public function release(int $id, ?string $seen = null)
    {
        $post = $this->find($id, $seen);
        if (is_wp_error($post)) {
            return $post;
        }
        return $this->letOut($post, 'release');
    }

    /**
     * Take the injected lines and debris out, and let the rest through. The text as it was stays as a revision.
     *
     * @return string|\WP_Error
     */
    public function cleanAndRelease(int $id, ?string $seen = null, bool $padding = false)
    {
        $post = $this->find($id, $seen);
        if (is_wp_error($post)) {
            return $post;
        }
        try {
            $article = Gate::article($id, $post->post_title, $post->post_content);
            $cleaned = (new Client(Settings::load()))->clean($article, $padding);
        } catch (ClientError $error) {
            return self::error($error);
        }
        $content = Text::unmask($cleaned['content']);
        if ($content === $post->post_content || !$cleaned['removed']) {
            $text = __('There is nothing to clean. Release it, or edit it.', 'copydesk');
            return new \WP_Error('copydesk_nothing', $text, ['status' => 422]);
        }
        if (Text::isEmpty($content)) {
            $text = __('Nothing would be left of this article. Release it, or edit it.', 'copydesk');
            return new \WP_Error('copydesk_empty', $text, ['status' => 422]);
        }
        $post = $this->again($post);  // somebody may have saved it while the service was at work
        if (is_wp_error($post)) {
            return $post;
        }
        $was = $this->store->state($id);
        // Before it is stored: on a published article the gate would judge the new text otherwise.
        $this->store->setRelease($id, Text::hash($post->post_title, $content), get_current_user_id());
        $this->replaceContent($post, $content);
        $post = get_post($id);
        $this->store->note($id, 'clean', $this->hash($post), null, (string) count($cleaned['removed']));
        $verdict = $this->gate->ask($id, $post->post_title, $post->post_content);
        if ($verdict->report) {
            $this->store->put($id, $this->hash($post), $verdict->report, '', $was);
        }
        return $this->letOut($post, 'clean-release', $was);
    }

    /**
     * Ask the scorer about the text as it is now.
     *
     * @return string|\WP_Error The new state.
     */
    public function rescore(int $id)
    {
        $post = $this->find($id, null);
        if (is_wp_error($post)) {
            return $post;
        }
        (new Breaker())->reset();  // a person asks, and can wait
        $verdict = $this->gate->ask($id, $post->post_title, $post->post_content);
        if ($verdict->report === null) {
            return new \WP_Error('copydesk_down', ClientError::explain($verdict->error), ['status' => 503]);
        }
        $post = $this->settle($post, $verdict);
        return is_wp_error($post) ? $post : $this->store->state($id);
    }

    /**
     * Tell the service what a person thinks of its verdict.
     *
     * @return string|\WP_Error
     */
    public function feedback(int $id, string $judgement, string $comment = '')
    {
        $report = $this->store->report($id);
        if ($report === null) {
            return new \WP_Error('copydesk_unscored', __('This article has no verdict yet.', 'copydesk'), ['status' => 409]);
        }
        try {
            (new Client(Settings::load()))->feedback(array_filter([
                'id' => (string) $id,
                'content_hash' => $report->contentHash,
                'action' => $report->action,
                'judgement' => $judgement,
                'signals' => $report->flagged(),
                'comment' => Text::shorten($comment, 1000),
                'cms' => 'wordpress',
            ]));
        } catch (ClientError $error) {
            return self::error($error);
        }
        $this->store->note($id, "feedback-$judgement", $this->store->record($id)['hash'] ?? '', $report);
        return 'feedback';
    }

    /**
     * Act on a verdict that came late, or that somebody asked for again; not where the text is another one by now.
     *
     * @return \WP_Post|\WP_Error The article as it was found.
     */
    public function settle(\WP_Post $post, Verdict $verdict)
    {
        $post = $this->again($post);
        if (is_wp_error($post)) {
            return $post;
        }
        $id = $post->ID;
        $hash = $this->hash($post);
        $was = $this->store->state($id);
        $intent = $this->store->intent($id);
        if ($verdict->report === null || $this->store->isReleased($id, $hash)) {
            $this->store->put($id, $hash, $verdict->report, $verdict->error, $verdict->report ? State::RELEASED : $was);
            delete_post_meta($id, Store::RETRY);
            return $post;
        }
        $settings = Settings::load();
        $isOut = Gate::isOut($post->post_status);
        $decision = $this->gate->decide($verdict, $settings, $isOut, $this->isTrusted($id, $was, $intent));
        if (!in_array($post->post_status, ['pending', 'future'], true) && !$isOut && $decision['hold']) {
            $decision = ['hold' => false, 'state' => State::OBSERVED] + $decision;  // a draft: it is not on its way out
        }
        $wasMeantToGoOut = $was === State::UNSCORED_HELD && $post->post_status === 'pending'
            && ($intent['hash'] ?? null) === $hash;
        if ($decision['hold'] && !$intent) {
            $intent = Gate::intent($hash, $post->post_status, $post->post_date, $post->post_date_gmt);
        }
        $this->gate->remember($id, $hash, $decision, $intent);
        if ($decision['hold'] && $isOut) {
            Publisher::withdraw($id);
        } elseif ($decision['hold'] && $post->post_status === 'future') {
            Publisher::hold($id);
        } elseif (!$decision['hold'] && $wasMeantToGoOut) {
            Publisher::resume($id, $intent);
        }
        return $post;
    }

    /** What was saved while the scorer was down counts as its author's doing; a moderator who asks again harms nobody. */
    private function isTrusted(int $id, string $was, array $intent): bool
    {
        return State::isUnscored($was) ? Access::mayRelease($id, (int) ($intent['user'] ?? 0)) : true;
    }

    private function letOut(\WP_Post $post, string $what, ?string $was = null): string
    {
        $id = $post->ID;
        $hash = $this->hash($post);
        $isOpen = State::isOpen($was ?? $this->store->state($id));
        $this->store->setRelease($id, $hash, get_current_user_id());
        $this->store->setState($id, State::RELEASED);
        $this->store->note($id, $what, $hash, $this->store->reportOn($id, $hash));
        $this->gate->letThrough($id, $hash);
        if ($post->post_status !== 'pending' || !$isOpen) {
            return 'noted';
        }
        Publisher::resume($id, $this->store->intent($id));
        $this->store->clearIntent($id);
        return get_post_status($id) === 'future' ? 'scheduled' : 'released';
    }

    /** Store a part of the content as the content, with a revision of what it was. */
    private function replaceContent(\WP_Post $post, string $content): void
    {
        if (wp_revisions_enabled($post)) {
            wp_save_post_revision($post->ID);
        } else {
            _wp_put_post_revision($post->ID);
        }
        // Nothing is added to what is stored, so nothing has to be filtered; an editor without the right to write iframes
        // must not take the author's away.
        $filters = has_filter('content_save_pre', 'wp_filter_post_kses') !== false;
        if ($filters) {
            kses_remove_filters();
        }
        wp_update_post(wp_slash(['ID' => $post->ID, 'post_content' => $content]));
        if ($filters) {
            kses_init_filters();
        }
    }

    /** @return \WP_Post|\WP_Error */
    private function find(int $id, ?string $seen)
    {
        $post = get_post($id);
        if (!$post || !in_array($post->post_type, Settings::load()->types(), true) || $post->post_status === 'trash') {
            return new \WP_Error('copydesk_gone', __('This article does not exist any more.', 'copydesk'), ['status' => 404]);
        }
        if ($seen !== null && !hash_equals($this->hash($post), $seen)) {
            return new \WP_Error(
                'copydesk_changed',
                __('The text has changed since you looked at it. Look again.', 'copydesk'),
                ['status' => 409]
            );
        }
        return $post;
    }

    /** The article as it is stored at this moment. @return \WP_Post|\WP_Error An error where its text is not that any more. */
    private function again(\WP_Post $post)
    {
        clean_post_cache($post->ID);
        return $this->find($post->ID, $this->hash($post));
    }

    private function hash(\WP_Post $post): string
    {
        return Text::hash($post->post_title, $post->post_content);
    }

    private static function error(ClientError $error): \WP_Error
    {
        $status = $error->kind === ClientError::DOWN ? 503 : 422;
        return new \WP_Error('copydesk_' . $error->kind, ClientError::explain($error->reason), ['status' => $status]);
    }
}
