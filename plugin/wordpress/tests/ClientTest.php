<?php

require_once __DIR__ . '/Sample.php';

use Copydesk\Breaker;
use Copydesk\Client;
use Copydesk\ClientError;
use Copydesk\Settings;
use Copydesk\Signature;
use PHPUnit\Framework\TestCase;

final class ClientTest extends TestCase
{
    private const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    private const ARTICLE = ['id' => '7', 'title' => 'T', 'html' => '<p>one</p><p>two</p>', 'url' => 'http://s.example/'];

    protected function setUp(): void
    {
        $GLOBALS['options'] = $GLOBALS['requests'] = $GLOBALS['answers'] = [];
    }

    private function client(string $credential = 'a-token'): Client
    {
        return new Client(new Settings(['url' => 'http://127.0.0.1:8000', 'credential' => $credential, 'timeout' => 2]));
    }

    private function answer($data, int $code = 200): void
    {
        $body = is_string($data) ? $data : json_encode($data);
        $GLOBALS['answers'][] = ['code' => $code, 'body' => $body, 'headers' => []];
    }

    private function reason(callable $ask): string
    {
        try {
            $ask();
        } catch (ClientError $error) {
            return "$error->kind $error->reason";
        }
        return '';
    }

    public function testARequestGoesToTheAddressAndFollowsNobody(): void
    {
        $this->answer(Sample::data());
        $this->client()->score(self::ARTICLE);
        [[$url, $arguments]] = $GLOBALS['requests'];
        $this->assertSame('http://127.0.0.1:8000/score', $url);
        $this->assertSame([2.0, 0], [$arguments['timeout'], $arguments['redirection']]);
        $this->assertSame('Bearer a-token', $arguments['headers']['Authorization']);
        $this->assertArrayNotHasKey('webhook-signature', $arguments['headers']);
        $this->assertSame(self::ARTICLE, json_decode($arguments['body'], true));
    }

    public function testASignedAnswerIsRead(): void
    {
        $GLOBALS['answers'][] = static function (array $arguments): array {
            $body = json_encode(Sample::data());
            $id = $arguments['headers']['webhook-id'];
            return ['code' => 200, 'body' => $body, 'headers' => Signature::headers(self::SECRET, $id, time(), $body)];
        };
        $this->assertSame('review', $this->client(self::SECRET)->score(self::ARTICLE)->action);
        $this->assertArrayNotHasKey('Authorization', $GLOBALS['requests'][0][1]['headers']);
    }

    public function failures(): array
    {
        return [
            'no signature' => [self::SECRET, Sample::data(), 200, 'down unsigned'],
            'error without a signature' => [self::SECRET, '{}', 500, 'down status'],
            'wrong secret' => [self::SECRET, '{}', 401, 'down unauthorised'],
            'forbidden' => ['t', '{}', 403, 'down unauthorised'],
            'too large' => [self::SECRET, '{}', 413, 'refused too-large'],
            'not an article' => ['t', '{}', 422, 'refused refused'],
            'redirect' => ['t', '', 302, 'down status'],
            'server error' => ['t', Sample::data(), 503, 'down status'],
            'no JSON' => ['t', '<html>', 200, 'down garbage'],
            'no report' => ['t', '{"schema": 1}', 200, 'down garbage'],
            'nested' => ['t', str_repeat('[', 100) . str_repeat(']', 100), 200, 'down garbage'],
        ];
    }

    /** @dataProvider failures */
    public function testFailure(string $credential, $data, int $code, string $reason): void
    {
        $this->answer($data, $code);
        $this->assertSame($reason, $this->reason(function () use ($credential): void {
            $this->client($credential)->score(self::ARTICLE);
        }));
        $this->assertSame(strpos($reason, 'down') === 0, (new Breaker())->isOpen());
    }

    public function testNetworkErrorsAreToldApart(): void
    {
        $errors = [
            'down timeout' => ['http_request_failed', 'cURL error 28: Operation timed out after 1001 milliseconds'],
            'down unreachable' => ['http_request_failed', 'cURL error 7: Failed to connect'],
            'down blocked' => ['http_request_not_executed', 'User has blocked requests through HTTP.'],
        ];
        foreach ($errors as $reason => [$code, $message]) {
            (new Breaker())->reset();
            $GLOBALS['answers'] = [new WP_Error($code, $message)];
            $this->assertSame($reason, $this->reason(function (): void {
                $this->client()->score(self::ARTICLE);
            }));
        }
    }

    public function testALetterOfAnyScriptIsSentAsItsBytes(): void
    {
        $this->answer(Sample::data());
        $this->client()->score(['html' => '<p>Слово 😀</p>'] + self::ARTICLE);
        $this->assertStringContainsString('<p>Слово 😀</p>', $GLOBALS['requests'][0][1]['body']);
    }

    public function testClocksThatDifferAreNamed(): void
    {
        foreach ([0 => 'unauthorised', -290 => 'unauthorised', -600 => 'clock', 600 => 'clock'] as $seconds => $reason) {
            (new Breaker())->reset();
            $date = gmdate('D, d M Y H:i:s', time() + $seconds) . ' GMT';
            $GLOBALS['answers'] = [['code' => 401, 'body' => '{}', 'headers' => ['date' => $date]]];
            $this->assertSame("down $reason", $this->reason(function (): void {
                $this->client(self::SECRET)->score(self::ARTICLE);
            }));
        }
    }

    public function testWhereNobodyWaitsThereIsTimeAndOneFailureIsNoOutage(): void
    {
        $this->answer('', 500);
        $this->assertSame('down status', $this->reason(function (): void {
            $this->client()->scorePatiently(self::ARTICLE);
        }));
        $this->assertGreaterThan(10, $GLOBALS['requests'][0][1]['timeout']);
        $this->assertFalse((new Breaker())->isOpen());
    }

    public function testAfterAFailureNobodyIsAsked(): void
    {
        $this->answer('', 500);
        foreach (['down status', 'down waiting', 'down waiting'] as $reason) {
            $this->assertSame($reason, $this->reason(function (): void {
                $this->client()->score(self::ARTICLE);
            }));
        }
        $this->assertCount(1, $GLOBALS['requests']);
    }

    public function testCleaningOnlyTakesAway(): void
    {
        $this->answer(['content' => '<p>one</p>', 'removed' => [['quote' => 'two']]]);
        $this->assertSame('<p>one</p>', $this->client()->clean(self::ARTICLE)['content']);
        foreach (['<p>one</p><p>three</p>', '<script></script>', null] as $content) {
            (new Breaker())->reset();
            $this->answer(['content' => $content, 'removed' => []]);
            $this->assertSame('down garbage', $this->reason(function (): void {
                $this->client()->clean(self::ARTICLE);
            }));
        }
    }

    public function testTheProbeSendsNoSecretToHealthz(): void
    {
        $this->answer(['status' => 'ok', 'model' => 'copydesk-1']);
        $this->answer(['name' => 'copydesk-1', 'version' => '1.0']);
        $this->assertSame('copydesk-1', $this->client()->probe()['model']);
        $this->assertArrayNotHasKey('Authorization', $GLOBALS['requests'][0][1]['headers']);
        $this->assertSame('Bearer a-token', $GLOBALS['requests'][1][1]['headers']['Authorization']);
    }

    public function testAPathThatIsNotTheServicesIsAWrongAddressAndNoWrongSecret(): void
    {
        $this->answer('{"status": 401}', 401);  // what a service with a secret says to any path that it does not know
        $this->assertSame('down garbage', $this->reason(function (): void {
            $this->client()->probe();
        }));
    }
}
