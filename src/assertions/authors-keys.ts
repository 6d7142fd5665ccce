/**
 * The assertions of a Python test file as the authors of Code2LoRA tell them apart: for model packs whose history was
 * cut where a new one came up.
 *
 * In: a text. Out: one key for each assertion: its family, all text of the file above it, and the value, white space
 * collapsed. So an edit at the top of a file makes every assertion below it new. Follows their code
 * (`c2l/assertions.py`), which reads CPython's syntax tree; what reports show comes from extract.ts.
 */
import { createHash, type Hash } from 'node:crypto';
import { operandsOf, withoutParentheses } from './claim.ts';
import { type Captures, type Node, type OpenTree, readTree } from './grammar.ts';

/** What stands before the value in the line, and the value: both as their code writes them. */
interface AuthorsAssertion {
  family: string;
  start: number;
  lead: string;
  target: string;
}

/** A file that CPython 3 does not parse has none. */
export async function authorsAssertionKeys(text: string): Promise<ReadonlySet<string>> {
  if (text.startsWith('\uFEFF') || text.includes('\0')) return new Set();
  const reading = await readTree({ language: 'python', text }, (tree) =>
    tree.hasSyntaxErrors || isTolerated(tree, text) ? [] : tree.matches().flatMap(readerOf(text)),
  );
  return keysOf('value' in reading ? reading.value : [], text);
}

/** The text above is hashed once, on the way down. */
function keysOf(assertions: readonly AuthorsAssertion[], text: string): Set<string> {
  const above = createHash('sha256');
  const keys = new Set<string>();
  let read = 0;
  for (const { family, start, lead, target } of [...assertions].sort((a, b) => a.start - b.start)) {
    const passed = collapsed(text.slice(read, start));
    above.update(read === 0 ? passed.trimStart() : passed);
    read = start;
    if (target.trim() !== '') keys.add(keyOf(above.copy(), [family, lead, target]));
  }
  return keys;
}

const keyOf = (above: Hash, parts: readonly string[]): string =>
  above.update(JSON.stringify(parts.map((part) => collapsed(part).trim()))).digest('base64');

const collapsed = (text: string): string => text.replace(/\s+/g, ' ');

/** Tree-sitter is more tolerant than CPython 3: it reads Python 2 as well, and any indentation. */
const isTolerated = (tree: OpenTree, text: string): boolean =>
  isPython2(tree, text) || tree.nodesOf(['module', 'block']).some(isRagged);

function isPython2(tree: OpenTree, text: string): boolean {
  if (!/\b(?:print|exec)\b|<>|\b0\d|\d[lL]\b|\bexcept\b[^:\n]*,/.test(text)) return false;
  const isAny = (type: string, pattern: RegExp) =>
    tree.nodesOf([type]).some(({ startIndex, endIndex }) => pattern.test(text.slice(startIndex, endIndex)));
  const statements = tree.nodesOf(['print_statement', 'exec_statement', '<>']);
  return (
    statements.length > 0 ||
    isAny('integer', /^0[\d_]*[1-9]|[lL]$/) ||
    isAny('except_clause', /^except\s[^(:]*,/)
  );
}

/** The statements of a block begin in one column, those of a module in the first. */
function isRagged(block: Node): boolean {
  const statements = operandsOf(block);
  const expected = block.type === 'module' ? 0 : statements[0]?.startPosition.column;
  return statements.some(({ startPosition: { row, column } }, index) => {
    const isFirstOnLine = index === 0 || row !== statements[index - 1]?.endPosition.row;
    return isFirstOnLine && column !== expected;
  });
}

const SELF_METHODS = new Set(
  (
    'assertEqual assertNotEqual assertTrue assertFalse assertIs assertIsNot assertIsNone assertIsNotNone assertIn ' +
    'assertNotIn assertIsInstance assertNotIsInstance assertRaises assertRaisesRegex assertAlmostEqual ' +
    'assertNotAlmostEqual assertDictEqual assertListEqual assertTupleEqual assertSetEqual assertSequenceEqual ' +
    'assertRegex assertNotRegex assertCountEqual assertWarns assertLogs assertMultiLineEqual assertGreater ' +
    'assertGreaterEqual assertLess assertLessEqual'
  ).split(' '),
);
const CONDITIONS = /^assert(?:True|False|IsNone|IsNotNone)$/;

/** Each reader gives the family, the text before the value, and the value. */
type Parts = [family: string, lead: string, target: string] | null;

const readerOf =
  (text: string) =>
  ({ statement, call, name, object, arguments: list }: Captures): AuthorsAssertion[] => {
    const textOf = (node: Node) => {
      const { startIndex, endIndex } = withoutParentheses(node);
      return text.slice(startIndex, endIndex);
    };
    const whole = statement ?? call;
    const parts = statement
      ? readStatement(statement, textOf)
      : call && name && list
        ? readCall({ call, name, object: object ?? null, ...splitArguments(list, textOf) }, textOf)
        : null;
    if (!whole || !parts) return [];
    const [family, lead, target] = parts;
    return [{ family, start: whole.startIndex, lead, target }];
  };

function readStatement(statement: Node, textOf: (node: Node) => string): Parts {
  const asserted = operandsOf(statement)[0];
  if (!asserted) return null;
  const condition = withoutParentheses(asserted);
  if (condition.type !== 'comparison_operator') return ['assert', 'assert ', textOf(asserted)];
  const [left, right] = operandsOf(condition);
  const operator = condition.childrenForFieldName('operators')[0];
  if (!left || !right || !operator) return null;
  return ['assert', `assert ${textOf(left)} ${collapsed(operator.text)} `, textOf(right)];
}

interface Call {
  call: Node;
  name: Node;
  object: Node | null;
  /** Positional ones. */
  args: string[];
  keywords: string;
}

function readCall(found: Call, textOf: (node: Node) => string): Parts {
  const { name, object, args, keywords } = found;
  const [method, owner] = [textOf(name), object?.type === 'identifier' ? textOf(object) : null];
  if (args.length === 0) return null;
  if (owner === 'self' && SELF_METHODS.has(method)) return readSelf(method, args);
  if (owner === 'pytest' && (method === 'raises' || method === 'approx')) {
    return [`pytest.${method}`, `pytest.${method}(`, `${args[0]}${keywords})`];
  }
  if (!method.startsWith('assert_') || method === 'assert_' || isMocked(object, textOf)) return null;
  const whole = object === null ? method : textOf(name.parent ?? name);
  return ['assert_*', `${whole}(${args.slice(0, -1).join(', ')}, `, `${args.at(-1)})`];
}

function readSelf(method: string, args: readonly string[]): Parts {
  const family = `self.${method}`;
  const [first = '', second] = args;
  if (method === 'assertRaises' || CONDITIONS.test(method)) return [family, `${family}(`, `${first})`];
  if (second === undefined) return null;
  if (method === 'assertRaisesRegex') return [family, `${family}(`, `${first}, ${second})`];
  return [family, `${family}(${args.slice(0, -1).join(', ')}, `, `${args.at(-1)})`];
}

/** `x.mock.assert_called()` and `unittest.x.assert_…` are not taken for assertions. */
function isMocked(object: Node | null, textOf: (node: Node) => string): boolean {
  if (object?.type !== 'attribute') return false;
  const attribute = object.childForFieldName('attribute');
  const owner = object.childForFieldName('object');
  const isUnittest = owner?.type === 'identifier' && textOf(owner) === 'unittest';
  return isUnittest || (attribute !== null && textOf(attribute) === 'mock');
}

function splitArguments(list: Node, textOf: (node: Node) => string): Pick<Call, 'args' | 'keywords'> {
  const given = operandsOf(list).filter(({ type }) => type !== 'dictionary_splat');
  const isKeyword = ({ type }: Node) => type === 'keyword_argument';
  const keywords = given.filter(isKeyword).map((keyword) => {
    const [name, value] = operandsOf(keyword);
    return name && value ? `, ${textOf(name)}=${textOf(value)}` : '';
  });
  return { args: given.filter((node) => !isKeyword(node)).map(textOf), keywords: keywords.join('') };
}
