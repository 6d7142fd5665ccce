/**
 * Writes the tables of inputs and outputs in README.md from action.yml, between their markers.
 *
 * `node scripts/action-docs.js` rewrites the file; a test checks that it would not change.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';

/** README.md with the tables of this action.yml. */
export function withTables(readme, action) {
  const { inputs, outputs } = parse(action);
  const tables = {
    inputs: table(['input', 'default', 'what it does'], Object.entries(inputs).map(inputRow)),
    outputs: table(['output', 'what it is'], Object.entries(outputs).map(outputRow)),
  };
  return Object.entries(tables).reduce((text, [name, lines]) => between(text, name, lines), readme);
}

const inputRow = ([name, { default: value, description }]) => [
  code(name),
  value === '' ? '' : code(value),
  cell(description),
];
const outputRow = ([name, { description }]) => [code(name), cell(description)];
const code = (text) => `\`${text}\``;
const cell = (text) => text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |'));

function between(text, name, lines) {
  const [begin, end] = [`<!-- ${name} of action.yml -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the ${name}: ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const readme = readFileSync('README.md', 'utf8');
  writeFileSync('README.md', withTables(readme, readFileSync('action.yml', 'utf8')));
}
