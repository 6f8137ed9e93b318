<?php

use Copydesk\Policy;
use Copydesk\Settings;
use PHPUnit\Framework\TestCase;

final class PolicyTest extends TestCase
{
    /** What becomes of an article, for every verdict, setting and kind of saving. */
    public function decisions(): array
    {
        $live = ['live' => true];
        $editor = ['live' => true, 'trusted' => true];
        return [
            'publish' => ['publish', [], [], false, 'passed'],
            'review' => ['review', [], [], true, 'held'],
            'hold' => ['hold', [], [], true, 'held'],
            'review, held at hold' => ['review', ['hold_at' => 'hold'], [], false, 'passed'],
            'hold, held at hold' => ['hold', ['hold_at' => 'hold'], [], true, 'held'],
            'observed' => ['hold', ['observe' => true], [], false, 'observed'],
            'observed and live' => ['hold', ['observe' => true, 'live' => 'unpublish'], $live, false, 'observed'],
            'live, by an author' => ['review', [], $live, true, 'held'],
            'live, by an editor' => ['review', [], $editor, false, 'flagged'],
            'live, kept' => ['hold', ['live' => 'keep'], $live, false, 'flagged'],
            'live, unpublished' => ['review', ['live' => 'unpublish'], $editor, true, 'held'],
            'live and good' => ['publish', ['live' => 'unpublish'], $live, false, 'passed'],
            'down' => [null, [], [], true, 'unscored_held'],
            'down, publish' => [null, ['down' => 'publish'], [], false, 'unscored_live'],
            'down, observing' => [null, ['observe' => true], [], false, 'unscored_live'],
            'down, live' => [null, [], $live, false, 'unscored_live'],
            'down, live, strict' => [null, ['live' => 'unpublish'], $editor, true, 'unscored_held'],
            'down, live, strict, publish' => [null, ['live' => 'unpublish', 'down' => 'publish'], $live, false, 'unscored_live'],
        ];
    }

    /** @dataProvider decisions */
    public function testDecision(?string $action, array $settings, array $how, bool $hold, string $state): void
    {
        $decided = Policy::decide($action, new Settings($settings), $how['live'] ?? false, $how['trusted'] ?? false);
        $this->assertSame([$hold, $state], $decided);
    }
}
