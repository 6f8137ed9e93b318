<?php

use PhpParser\Node;
use PhpParser\NodeFinder;
use PhpParser\ParserFactory;
use PHPUnit\Framework\TestCase;

/** The plugin promises PHP 7.4: no syntax and no function that came later, read from the source. */
final class CompatibilityTest extends TestCase
{
    private const LATER_NODES = [
        Node\UnionType::class, Node\IntersectionType::class, Node\Expr\Match_::class, Node\Expr\Throw_::class, Node\Stmt\Enum_::class,
        Node\Expr\NullsafeMethodCall::class, Node\Expr\NullsafePropertyFetch::class, Node\AttributeGroup::class,
        Node\VariadicPlaceholder::class,
    ];
    private const LATER_FUNCTIONS = [
        'str_contains', 'str_starts_with', 'str_ends_with', 'array_is_list', 'get_debug_type', 'fdiv', 'array_find', 'array_any',
        'array_all', 'json_validate', 'mb_str_pad', 'mb_trim',
    ];
    private const LATER_TYPES = ['mixed', 'static', 'never', 'false', 'true', 'null'];

    public function files(): array
    {
        $top = dirname(__DIR__) . '/copydesk';
        $files = array_merge(glob("$top/*.php"), glob("$top/includes/*.php"));
        return array_combine(array_map('basename', $files), array_map(static function (string $file): array {
            return [$file];
        }, $files));
    }

    /** @dataProvider files */
    public function testNothingIsNewerThanPhp74(string $file): void
    {
        if (!class_exists(ParserFactory::class)) {
            require_once 'PhpParser/autoload.php';
        }
        $nodes = (new ParserFactory())->create(ParserFactory::PREFER_PHP7)->parse(file_get_contents($file));
        $later = (new NodeFinder())->find($nodes, function (Node $node): bool {
            return $this->isLater($node);
        });
        $this->assertSame([], array_map(static function (Node $node): string {
            return get_class($node) . ' in line ' . $node->getLine();
        }, $later));
    }

    private function isLater(Node $node): bool
    {
        foreach (self::LATER_NODES as $class) {
            if ($node instanceof $class) {
                return true;
            }
        }
        $type = $node->type ?? $node->returnType ?? null;
        if ($type instanceof Node\Identifier || $type instanceof Node\Name) {
            if (in_array(strtolower((string) $type), self::LATER_TYPES, true)) {
                return true;
            }
        }
        return ($node instanceof Node\Arg && $node->name !== null)
            || ($node instanceof Node\Param && $node->flags !== 0)
            || ($node instanceof Node\Stmt\Catch_ && $node->var === null)
            || ($node instanceof Node\Stmt\Property && ($node->flags & 64) !== 0)
            || ($node instanceof Node\Expr\FuncCall && $node->name instanceof Node\Name
                && in_array(strtolower((string) $node->name), self::LATER_FUNCTIONS, true));
    }
}
