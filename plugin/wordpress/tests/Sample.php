<?php

/** A report as the service makes them. */
final class Sample
{
    public static function data(array $more = []): array
    {
        $line = ['signal' => 'injected_links', 'reason' => 'promo-line', 'message' => 'Promotes another story', 'score' => 0.9];
        return $more + [
            'schema' => 1, 'action' => 'review', 'score' => 0.93, 'model' => 'copydesk-1', 'content_hash' => 'sha256:ab', 'notes' => [],
            'signals' => [
                'rewrite' => ['score' => null, 'flagged' => false, 'threshold' => 0.8],
                'seo_padding' => ['score' => 0.7, 'flagged' => true, 'threshold' => 0.4],
                'injected_links' => ['score' => 0.93, 'flagged' => true, 'threshold' => 0.5],
            ],
            'evidence' => [
                ['signal' => 'seo_padding', 'reason' => 'hollow-paragraph', 'quote' => 'In sum, x.', 'score' => 0.7],
                $line + ['quote' => 'Also Read | One', 'related' => false],
                $line + ['quote' => 'Also Read | Two', 'related' => null],
                $line + ['quote' => 'More on this story', 'related' => true],
            ],
        ];
    }
}
