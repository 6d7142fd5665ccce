/**
 * Adds a command to the `prepare` script of a package.json without touching the rest of the text.
 *
 * Pure. JSON.parse and JSON.stringify would lose indentation, number forms and the final line end, so the
 * text is scanned for places; the result is parsed again and compared before anybody gets it.
 */
import { isDeepStrictEqual } from 'node:util';

interface Member {
  key: string;
  valueStart: number;
  valueEnd: number;
}

interface ObjectPlace {
  members: Member[];
  /** Index of the closing brace. */
  close: number;
}

type Manifest = Record<string, unknown> & { scripts?: Record<string, unknown> };

/** The text with the command in `prepare`; the same text when it is there; `undefined` when that is not safe. */
export function addToPrepare(text: string, command: string): string | undefined {
  try {
    const manifest = JSON.parse(text) as Manifest;
    const old = manifest.scripts?.prepare;
    if (old !== undefined && typeof old !== 'string') return undefined;
    if (old?.split(/[\s;&|()]+/).includes(command)) return text;
    const wanted = old?.trim() ? `${old} && ${command}` : command;
    const edited = setPrepare(text, JSON.stringify(wanted));
    const expected = { ...manifest, scripts: { ...manifest.scripts, prepare: wanted } };
    return isDeepStrictEqual(JSON.parse(edited), expected) ? edited : undefined;
  } catch {
    return undefined; // not JSON, or a form that the scanner does not know
  }
}

/** Is a package in one of the dependency lists? */
export function listsPackage(text: string, name: string): boolean {
  try {
    const manifest = JSON.parse(text) as Record<string, Record<string, unknown> | undefined>;
    return ['dependencies', 'devDependencies', 'optionalDependencies'].some(
      (list) => manifest[list]?.[name] !== undefined,
    );
  } catch {
    return false;
  }
}

function setPrepare(text: string, literal: string): string {
  const root = scanObject(text, text.indexOf('{'));
  const scripts = root.members.find(({ key }) => key === 'scripts');
  if (scripts === undefined) return addMember(text, root, `"scripts": { "prepare": ${literal} }`);
  const inner = scanObject(text, scripts.valueStart);
  const prepare = inner.members.find(({ key }) => key === 'prepare');
  if (prepare === undefined) return addMember(text, inner, `"prepare": ${literal}`);
  return text.slice(0, prepare.valueStart) + literal + text.slice(prepare.valueEnd);
}

/** After the last member, with the white space that stands before it. */
function addMember(text: string, { members, close }: ObjectPlace, member: string): string {
  const last = members.at(-1);
  if (last === undefined) return `${text.slice(0, close)}${member}${text.slice(close)}`;
  const keyStart = text.lastIndexOf(JSON.stringify(last.key), last.valueStart);
  const space = /\s*$/.exec(text.slice(0, keyStart))?.[0] ?? '';
  return `${text.slice(0, last.valueEnd)},${space}${member}${text.slice(last.valueEnd)}`;
}

function scanObject(text: string, open: number): ObjectPlace {
  const members: Member[] = [];
  let at = skipSpace(text, open + 1);
  while (text[at] !== '}') {
    const keyEnd = skipValue(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1); // over the colon
    const valueEnd = skipValue(text, valueStart);
    members.push({ key, valueStart, valueEnd });
    at = skipSpace(text, valueEnd);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return { members, close: at };
}

/** Index after the value that starts at `start`; the text is known to be valid JSON. */
function skipValue(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[[{]|[\]}]|[^\s"[\]{},:]+/gy;
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found === undefined) continue; // white space, comma, colon
    at += found.length - 1;
    if (found === '{' || found === '[') depth += 1;
    if (found === '}' || found === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}
