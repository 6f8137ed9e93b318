<?php

use Copydesk\Signature;
use PHPUnit\Framework\TestCase;

final class SignatureTest extends TestCase
{
    private const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    private const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    private const BODY = '{"test": 2432232314}';
    private const TIME = 1614265330;
    private const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

    public function testTheStandardsOwnVector(): void
    {
        $this->assertSame(self::SIGNATURE, Signature::sign(self::SECRET, self::ID, self::TIME, self::BODY));
    }

    private function verify(array $headers = [], string $body = self::BODY, string $id = self::ID, int $now = self::TIME): bool
    {
        return Signature::verify(self::SECRET, $headers + [
            'webhook-id' => self::ID,
            'webhook-timestamp' => (string) self::TIME,
            'webhook-signature' => self::SIGNATURE,
        ], $body, $id, $now);
    }

    public function testWhatIsAccepted(): void
    {
        $this->assertTrue($this->verify());
        $this->assertTrue($this->verify([], self::BODY, self::ID, self::TIME + 300));
        $this->assertTrue($this->verify([], self::BODY, self::ID, self::TIME - 300));
        $this->assertTrue($this->verify(['webhook-signature' => 'v1,AAAA v2,x ' . self::SIGNATURE]));
    }

    public function testWhatIsRefused(): void
    {
        $this->assertFalse($this->verify([], self::BODY . ' '));
        $this->assertFalse($this->verify([], self::BODY, 'another-request'));
        $this->assertFalse($this->verify([], self::BODY, self::ID, self::TIME + 301));
        $this->assertFalse($this->verify([], self::BODY, self::ID, self::TIME - 301));
        $this->assertFalse($this->verify(['webhook-timestamp' => self::TIME . "\n"]));
        $this->assertFalse($this->verify(['webhook-timestamp' => '']));
        $this->assertFalse($this->verify(['webhook-timestamp' => ['1', '2']]));
        $this->assertFalse($this->verify(['webhook-signature' => '']));
        $this->assertFalse($this->verify(['webhook-signature' => ['a', 'b']]));
        $this->assertFalse($this->verify(['webhook-signature' => str_repeat('v1,A ', 9) . self::SIGNATURE]));
        $this->assertFalse(Signature::verify('a-token', ['webhook-signature' => ''], '', '', 0));
    }

    public function testOnlySecretsOfTwentyFourToSixtyFourBytesAreKeys(): void
    {
        $this->assertNull(Signature::key('whsec_' . base64_encode(str_repeat('k', 23))));
        $this->assertNull(Signature::key('whsec_' . base64_encode(str_repeat('k', 65))));
        $this->assertNull(Signature::key(base64_encode(str_repeat('k', 32))));
        $this->assertSame(str_repeat('k', 64), Signature::key('whsec_' . base64_encode(str_repeat('k', 64))));
    }
}
