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
        $this->assertTrue(Text::isCutFrom('ac', 'abc'));
        $this->assertTrue(Text::isCutFrom('', 'abc'));
        $this->assertTrue(Text::isCutFrom('abc', 'abc'));
        $this->assertFalse(Text::isCutFrom('ca', 'abc'));
        $this->assertFalse(Text::isCutFrom('abcd', 'abc'));
        $this->assertFalse(Text::isCutFrom('aa', 'abc'));
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
