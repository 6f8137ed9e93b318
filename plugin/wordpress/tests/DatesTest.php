<?php

use Copydesk\Publisher;
use Copydesk\Rescorer;
use PHPUnit\Framework\TestCase;

final class DatesTest extends TestCase
{
    private const NOW = 1700000000;

    private function dates(array $intent, string $gmt = '0000-00-00 00:00:00'): array
    {
        $post = new WP_Post();
        $post->post_date_gmt = $gmt;
        return array_values(Publisher::dates($post, $intent, self::NOW));
    }

    private function gmt(int $seconds): string
    {
        return gmdate('Y-m-d H:i:s', self::NOW + $seconds);
    }

    private function intent(string $status, int $date, int $at = -600): array
    {
        return ['status' => $status, 'date_gmt' => $this->gmt($date), 'at' => self::NOW + $at];
    }

    public function testWhatWasToGoOutAtOnceGoesOutNow(): void
    {
        $now = ['publish', $this->gmt(3600), $this->gmt(0)];
        $this->assertSame($now, $this->dates($this->intent('publish', -600)));
        $this->assertSame($now, $this->dates([]));
        $this->assertSame($now, $this->dates(['date_gmt' => 'nonsense', 'at' => 'x', 'status' => 7]));
    }

    public function testWhatIsScheduledWaitsForItsHourOrGoesOutNow(): void
    {
        $this->assertSame(['future', $this->gmt(7200), $this->gmt(3600)], $this->dates($this->intent('future', 3600)));
        $this->assertSame(['publish', $this->gmt(3600), $this->gmt(0)], $this->dates($this->intent('future', -300)));
    }

    public function testADateInThePastStays(): void
    {
        $this->assertSame(['publish', $this->gmt(-86400), $this->gmt(-90000)], $this->dates($this->intent('publish', -90000)));
    }

    public function testWhatWasOutBeforeKeepsItsDate(): void
    {
        $this->assertSame(['publish'], $this->dates($this->intent('publish', -600), $this->gmt(-5000)));
        $this->assertSame(['future'], $this->dates([], $this->gmt(5000)));
    }

    public function testThePauseDoublesAndEnds(): void
    {
        $this->assertSame([60, 120, 240, 480, 900, 900], array_map([Rescorer::class, 'pause'], [0, 1, 2, 3, 4, 50]));
    }
}
