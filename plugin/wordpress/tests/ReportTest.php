<?php

require_once __DIR__ . '/Sample.php';

use Copydesk\Report;
use Copydesk\State;
use Copydesk\Words;
use PHPUnit\Framework\TestCase;

final class ReportTest extends TestCase
{
    public function testReasonsAreCountedStrongestFirstWithoutRelatedLinks(): void
    {
        $report = Report::from(Sample::data());
        $this->assertSame('2 injected lines, 1 padded paragraph', Words::reasons($report));
        $this->assertSame('Held for review: 2 injected lines, 1 padded paragraph', Words::summary(State::HELD, $report, ''));
    }

    public function testItIsTheSameAfterItWasStored(): void
    {
        $report = Report::from(Sample::data());
        $again = Report::from(json_decode(json_encode($report->toArray()), true));
        $this->assertEquals($report, $again);
        $this->assertEquals(['injected_links' => 2, 'seo_padding' => 1], $again->counts);
    }

    public function garbage(): array
    {
        return [
            [null], ['text'], [[]], [[1, 2]],
            [Sample::data(['schema' => 2])], [Sample::data(['schema' => '1'])],
            [Sample::data(['action' => 'delete'])], [Sample::data(['action' => ['publish']])],
            [Sample::data(['signals' => 'none'])], [Sample::data(['evidence' => null])],
        ];
    }

    /** @dataProvider garbage */
    public function testWhatIsNoReport($data): void
    {
        $this->assertNull(Report::from($data));
    }

    public function testItIsBounded(): void
    {
        $line = ['signal' => 'injected_links', 'quote' => str_repeat('é', 5000), 'message' => str_repeat('m', 5000), 'score' => 7];
        $report = Report::from(Sample::data([
            'evidence' => array_fill(0, 3000, $line),
            'notes' => array_fill(0, 100, str_repeat('n', 9999)),
            'signals' => Sample::data()['signals'] + array_fill_keys(array_map(static function (int $n): string {
                return 'x' . str_repeat('_', $n);
            }, range(1, 50)), ['score' => 1]),
        ]));
        $this->assertLessThan(200000, strlen(json_encode($report->toArray())));
        $this->assertCount(60, $report->evidence);
        $this->assertSame(400, mb_strlen($report->evidence[0]['quote']));
        $this->assertSame(1.0, $report->evidence[0]['score']);
        $this->assertSame(2000, $report->counts['injected_links']);
    }

    public function testWrongPartsAreLeftOut(): void
    {
        $report = Report::from(Sample::data([
            'score' => 'high', 'model' => ['a'], 'notes' => 'none',
            'signals' => ['rewrite' => 'x', '<b>' => ['score' => 1], 'feed_debris' => ['score' => '1', 'flagged' => 'yes']],
            'evidence' => ['x', ['signal' => 'nobody'], ['signal' => ['feed_debris']], ['signal' => 'feed_debris', 'quote' => ['a']]],
        ]));
        $this->assertNull($report->score);
        $this->assertSame(['feed_debris'], array_keys($report->signals));
        $this->assertSame([], $report->flagged());
        $this->assertSame('', $report->evidence[0]['quote']);
    }

    public function testWhatTheVerdictRestsOnIsKeptFirst(): void
    {
        $other = ['signal' => 'rewrite', 'quote' => 'not flagged', 'score' => 1.0];
        $last = ['signal' => 'injected_links', 'quote' => 'flagged', 'score' => 0.1];
        $report = Report::from(Sample::data(['evidence' => array_merge(array_fill(0, 100, $other), [$last])]));
        $this->assertSame('flagged', $report->evidence[0]['quote']);
    }

    public function testEveryStateHasWords(): void
    {
        foreach ((new ReflectionClass(State::class))->getConstants() as $state) {
            $this->assertNotSame('Not looked at', Words::state($state), $state);
            $this->assertNotSame('', Words::summary($state, Report::from(Sample::data()), 'timeout'));
        }
        $this->assertEqualsCanonicalizing(
            array_values((new ReflectionClass(State::class))->getConstants()),
            array_merge(...array_values(State::groups()))
        );
    }
}
