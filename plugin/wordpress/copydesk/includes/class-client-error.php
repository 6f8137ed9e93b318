<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** The service did not answer, or not so that its answer can be used. */
final class ClientError extends \RuntimeException
{
    /** No answer, a wrong one or one by somebody else: it may be better in a minute. */
    public const DOWN = 'down';
    /** The service is well and will not take this request, now or later. */
    public const REFUSED = 'refused';

    /** An id of what happened: timeout, unreachable, blocked, unauthorised, clock, unsigned, garbage, status, too-large, waiting. */
    public string $reason;
    public string $kind;
    public int $status;

    public function __construct(string $kind, string $reason, int $status = 0)
    {
        parent::__construct("$kind: $reason");
        $this->kind = $kind;
        $this->reason = $reason;
        $this->status = $status;
    }

    /** What happened, for an editor. */
    public static function explain(string $reason): string
    {
        $texts = [
            'timeout' => __('The scoring service did not answer in time.', 'copydesk'),
            'unreachable' => __('The scoring service cannot be reached.', 'copydesk'),
            'blocked' => __(
                'WordPress may not talk to the service: WP_HTTP_BLOCK_EXTERNAL is set, add its host to WP_ACCESSIBLE_HOSTS.',
                'copydesk'
            ),
            'unauthorised' => __('The scoring service refused the secret.', 'copydesk'),
            'clock' => __(
                'The clocks of this site and of the scoring service differ by more than five minutes; set them right.',
                'copydesk'
            ),
            'unsigned' => __('The answer was not signed with the shared secret.', 'copydesk'),
            'garbage' => __('The answer was not a report of a Copydesk service.', 'copydesk'),
            'too-large' => __('The article is larger than the scoring service takes.', 'copydesk'),
            'refused' => __('The scoring service cannot read this article.', 'copydesk'),
            'status' => __('The scoring service answered with an error.', 'copydesk'),
            'waiting' => __('The scoring service failed a moment ago and was not asked again.', 'copydesk'),
        ];
        return $texts[$reason] ?? $texts['status'];
    }
}
