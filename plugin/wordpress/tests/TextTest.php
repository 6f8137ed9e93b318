<?php

use Copydesk\Text;
use PHPUnit\Framework\TestCase;

final class TextTest extends TestCase
{
    public function testTheHashIsOfTitleAndContentAsStored(): void
    {
        $this->assertSame(hash('sha256', "T\0C"), Text::hash('T', 'C'));
        $this->assertNotSame(Text::hash('a', 'bc'), Text::hash('ab', 'c'));
    }

    public function shortcodes(): array
    {
        return [
            ['[gallery ids="1,2"]', '<!--copydesk:[gallery ids="1,2"]-->'],
            ['[caption id="a"]x[/caption]', '<!--copydesk:[caption id="a"]-->x<!--copydesk:[/caption]-->'],
            ['[gallery /]', '<!--copydesk:[gallery /]-->'],
            ['[gallery-two]', '[gallery-two]'],
            ['[unknown]', '[unknown]'],
            ['[gallery a="--"]', '[gallery a="--"]'],
            ['[gallery a="<b>"]', '[gallery a="<b>"]'],
            ['no codes', 'no codes'],
            ['<!-- wp:acme/box {"text":"[gallery ids=1]","n":1} /-->', '<!-- wp:acme/box {"text":"[gallery ids=1]","n":1} /-->'],
            ['<!-- [gallery] --> [gallery] <!--', '<!-- [gallery] --> <!--copydesk:[gallery]--> <!--'],
            ['<!--> [gallery]', '<!--> <!--copydesk:[gallery]-->'],
            ['<a title="[gallery a="1"]">[gallery]</a>', '<a title="[gallery a="1"]"><!--copydesk:[gallery]--></a>'],
            ['2 < 3 [gallery] 4 > 3', '2 < 3 <!--copydesk:[gallery]--> 4 > 3'],
        ];
    }

    /** @dataProvider shortcodes */
    public function testShortcodesAreHiddenAndComeBack(string $content, string $masked): void
    {
        $this->assertSame($masked, Text::mask($content, ['gallery', 'caption']));
        $this->assertSame($content, Text::unmask($masked));
    }

    public function testWithoutRegisteredShortcodesNothingIsHidden(): void
    {
        $this->assertSame('[gallery]', Text::mask('[gallery]', []));
    }

    public function testCutsAreToldFromChanges(): void
    {
        $whole = "<p>One line.Also Read | Another</p>\n<!-- wp:x {\"a\":1} --><p>été 😀 two</p>";
        $this->assertTrue(Text::isCutFrom('', $whole));
        $this->assertTrue(Text::isCutFrom($whole, $whole));
        $this->assertTrue(Text::isCutFrom("<p>One line.</p>\n<p>été 😀 two</p>", $whole));
        $this->assertFalse(Text::isCutFrom('<p>two One</p>', $whole));
        $this->assertFalse(Text::isCutFrom("$whole.", $whole));
        $this->assertFalse(Text::isCutFrom('<p>One One</p>', $whole));
        $this->assertFalse(Text::isCutFrom('<p>On line.</p>', $whole));
    }

    public function testNoTagCanBePutTogetherFromOthers(): void
    {
        $whole = '<section>scripts a < b <script>run(1); stop()</script><!-- wp:y --> alert(1) </section>';
        $this->assertTrue(Text::isCutFrom('<section>scripts</section>', $whole));
        $this->assertTrue(Text::isCutFrom('<section><script>run(1); stop()</script></section>', $whole));
        foreach (['<script>', '<s>', '<script', '<script>run(1);</script>', '<!-- -->', '<script>alert(1)</script>'] as $part) {
            $this->assertFalse(Text::isCutFrom($part, $whole), $part);
        }
    }

    public function testALargeTextIsComparedInLittleMemory(): void
    {
        $whole = str_repeat('<p>word <!-- and </p>', 100000);
        $before = memory_get_peak_usage();
        $this->assertTrue(Text::isCutFrom($whole, $whole));
        $this->assertLessThan(8 * strlen($whole), memory_get_peak_usage() - $before);
    }

    public function testEmptyIsWhatNobodyCanReadOrSee(): void
    {
        foreach (['', "<p> &nbsp; </p>\n<!-- wp:x -->", "\u{a0}"] as $content) {
            $this->assertTrue(Text::isEmpty($content), $content);
        }
        foreach (['0', '<p>à</p>', '<img src="a.png">', '[gallery]'] as $content) {
            $this->assertFalse(Text::isEmpty($content), $content);
        }
    }

    public function testShorteningCountsCharactersAndKeepsOneLine(): void
    {
        $this->assertSame('a b', Text::shorten(" a\n\t\x00b ", 10));
        $this->assertSame(5, mb_strlen(Text::shorten('日本日本日本日本日本', 5)));
        $this->assertStringEndsWith('…', Text::shorten(str_repeat('x', 50), 10));
        $this->assertSame('', Text::shorten("\xff\xfe", 10));
        $this->assertSame('', Text::shorten(['x'], 10));
    }
}
