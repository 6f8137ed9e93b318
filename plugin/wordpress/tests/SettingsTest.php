<?php

use Copydesk\Settings;
use PHPUnit\Framework\TestCase;

final class SettingsTest extends TestCase
{
    public function testWithoutAnAddressItIsNotSetUp(): void
    {
        $this->assertFalse((new Settings())->isSetUp());
        $this->assertTrue((new Settings(['url' => 'http://127.0.0.1:8000/']))->isSetUp());
    }

    public function testWrongValuesAreAsByDefault(): void
    {
        $settings = new Settings([
            'url' => ['x'], 'credential' => 7, 'timeout' => 'soon', 'down' => 'burn', 'hold_at' => null, 'live' => 3, 'types' => 'post',
        ]);
        $this->assertSame('', $settings->url());
        $this->assertSame('', $settings->credential());
        $this->assertSame(3.0, $settings->timeout());
        $this->assertSame('hold', $settings->down());
        $this->assertSame('review', $settings->holdAt());
        $this->assertSame('authors', $settings->live());
        $this->assertSame([], $settings->types());
        $this->assertSame(['post'], (new Settings())->types());
    }

    public function testTheTimeoutHasARange(): void
    {
        $this->assertSame(1.0, (new Settings(['timeout' => -5]))->timeout());
        $this->assertSame(10.0, (new Settings(['timeout' => '99']))->timeout());
        $this->assertSame(2.5, (new Settings(['timeout' => '2.5']))->timeout());
    }

    public function addresses(): array
    {
        return [
            ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
            [' https://copydesk.example/desk/ ', 'https://copydesk.example/desk'],
            ['http://[::1]:8000', 'http://[::1]:8000'],
            ['ftp://copydesk.example', null],
            ['file:///etc/hostname', null],
            ['javascript:alert(1)', null],
            ['http://user:pass@copydesk.example', null],
            ['http://copydesk.example/?a=b', null],
            ['http://copydesk.example/#x', null],
            ["http://copydesk.example/\r\nX: y", null],
            ['http://copydesk.example/"><script>', null],
            ['copydesk.example', null],
            ['', null],
        ];
    }

    /** @dataProvider addresses */
    public function testAddress(string $given, ?string $expected): void
    {
        $this->assertSame($expected, Settings::cleanUrl($given));
    }

    public function testFaultsOfSecretsAndTokens(): void
    {
        $this->assertSame('', Settings::credentialFault('whsec_' . base64_encode(str_repeat('k', 24))));
        $this->assertSame('bad-secret', Settings::credentialFault('whsec_' . base64_encode('short')));
        $this->assertSame('bad-secret', Settings::credentialFault('whsec_%%%'));
        $this->assertSame('', Settings::credentialFault('a-token.of_some~length='));
        $this->assertSame('bad-token', Settings::credentialFault("a b\n"));
    }
}
