/**
 * The definitions at the top of a source file: functions, classes, types, constants.
 *
 * In: a text. Out: for each its whole text, and its short form: signatures, and of a class those of its methods. Knows
 * nothing about who asks for them.
 */
import { type Node, readTree, type SourceLanguage } from '../assertions/grammar.ts';

export interface Definition {
  name: string;
  full: string;
  short: string;
}

const TYPES: Record<'python' | 'script', readonly string[]> = {
  python: ['function_definition', 'class_definition', 'assignment'],
  script: [
    ...[
      'function_declaration',
      'generator_function_declaration',
      'class_declaration',
      'abstract_class_declaration',
    ],
    ...['interface_declaration', 'type_alias_declaration', 'enum_declaration', 'variable_declarator'],
  ],
};
const METHODS = ['function_definition', 'method_definition'];
/** What may stand between a definition and the file. */
const WRAPPERS = new Set([
  ...['decorated_definition', 'expression_statement'],
  ...['export_statement', 'lexical_declaration', 'variable_declaration', 'ambient_declaration'],
]);

/** In the order of the file; a file that cannot be read has none. */
export async function readDefinitions(text: string, language: SourceLanguage): Promise<Definition[]> {
  const types = TYPES[language === 'python' ? 'python' : 'script'];
  const reading = await readTree({ language, text }, (tree) =>
    tree.nodesOf(types).flatMap((node) => {
      const top = topOf(node);
      const name = top && nameOf(node);
      return top && name
        ? [{ name, full: text.slice(top.startIndex, top.endIndex), short: shorten(node, top, text) }]
        : [];
    }),
  );
  return 'value' in reading ? reading.value : [];
}

/** The statement of the file that a definition is; null for one inside of another. */
function topOf(node: Node): Node | null {
  let top = node;
  while (top.parent && WRAPPERS.has(top.parent.type)) top = top.parent;
  return top.parent === null || top.parent.parent === null ? top : null;
}

const nameOf = (node: Node): string =>
  (node.childForFieldName('name') ?? node.childForFieldName('left'))?.text ?? '';

function shorten(node: Node, top: Node, text: string): string {
  const inner = node.childForFieldName('value') ?? node;
  const body = inner.childForFieldName('body');
  if (body === null) return text.slice(top.startIndex, top.endIndex);
  const head = text.slice(top.startIndex, body.startIndex).trimEnd();
  if (!/class/.test(node.type)) return head;
  const methods = body
    .descendantsOfType([...METHODS])
    .flatMap((method) => (method && isOf(body, method) ? [signatureOf(method, text)] : []));
  return [head, ...methods.map((line) => `    ${line}`)].join('\n');
}

/** Not a function inside of a method. */
const isOf = (body: Node, method: Node): boolean =>
  method.parent?.id === body.id || method.parent?.parent?.id === body.id;

function signatureOf(method: Node, text: string): string {
  const end = method.childForFieldName('body')?.startIndex ?? method.endIndex;
  return text.slice(method.startIndex, end).trimEnd().replaceAll(/\s+/g, ' ');
}
