<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/** What asking the scorer about a text came to: a report, or the reason why there is none. */
final class Verdict
{
    public ?Report $report;
    /** An id of ClientError::explain, or nothing. */
    public string $error = '';
    /** Is it of any use to ask again later? */
    public bool $isRetryable = false;

    public static function of(Report $report): self
    {
        $verdict = new self();
        $verdict->report = $report;
        return $verdict;
    }

    public static function none(ClientError $error): self
    {
        $verdict = new self();
        $verdict->report = null;
        $verdict->error = $error->reason;
        $verdict->isRetryable = $error->kind === ClientError::DOWN;
        return $verdict;
    }

    public function action(): ?string
    {
        return $this->report ? $this->report->action : null;
    }
}
