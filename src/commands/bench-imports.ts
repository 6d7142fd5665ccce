/**
 * What a file imports: text → names and where each comes from. Pure.
 *
 * Read with patterns, because the text stops in the middle of a statement. Python: `import a.b as c`, `from .a import (b as
 * c)`. JavaScript: `import c, { a as b } from './x'`, `import * as c`, `require`, and re-exports.
 */
import type { SourceLanguage } from '../assertions/grammar.ts';

export interface ImportedName {
  /** As the file calls it; null: everything, under the names that the other file uses. */
  local: string | null;
  /** As the other file calls it; null: the module itself. */
  name: string | null;
  /** `./cart`, `.cart`, `shop.cart`. */
  module: string;
}

export const readImports = (text: string, language: SourceLanguage): ImportedName[] =>
  language === 'python' ? readPython(text) : readScript(text);

const FROM = /^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]+)/gm;
const IMPORT =
  /^[ \t]*import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)/gm;

function readPython(text: string): ImportedName[] {
  const named = [...text.matchAll(FROM)].flatMap(([, module = '', names = '']) =>
    listOf(names.replace(/#[^\n]*/g, '')).map(({ name, local }) =>
      name === '*' ? { local: null, name: null, module } : { local, name, module },
    ),
  );
  const whole = [...text.matchAll(IMPORT)].flatMap(([, modules = '']) =>
    listOf(modules).map(({ name, local }) => ({ local, name: null, module: name })),
  );
  return [...named, ...whole];
}

const STATIC = /\b(?:import|export)\s+(?:type\s+)?([\w$*{}\s,]+?)\s*\bfrom\s*(['"])([^'"\n]+)\2/g;
const REQUIRED =
  /\b(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*(?:await\s+import|require)\(\s*(['"])([^'"\n]+)\2/g;

function readScript(text: string): ImportedName[] {
  return [...text.matchAll(STATIC), ...text.matchAll(REQUIRED)].flatMap(([, clause = '', , module = '']) =>
    readClause(clause.trim(), module),
  );
}

/** `fallback, { a as b }`, `* as all`, or `*` of a re-export. */
function readClause(clause: string, module: string): ImportedName[] {
  const [, braces = ''] = /\{([^}]*)\}/.exec(clause) ?? [];
  const named = listOf(braces.replaceAll(/\btype\s+/g, '')).map(({ name, local }) => ({
    local,
    name,
    module,
  }));
  const rest = clause.replace(/\{[^}]*\}/, '').split(',');
  const others = rest.flatMap((part): ImportedName[] => {
    const [, all] = /^\s*\*\s+as\s+([\w$]+)\s*$/.exec(part) ?? [];
    if (all !== undefined) return [{ local: all, name: null, module }];
    if (part.trim() === '*') return [{ local: null, name: null, module }];
    const local = part.trim();
    return local === '' ? [] : [{ local, name: 'default', module }];
  });
  return [...named, ...others];
}

/** `a, b as c`, `a: b`, in brackets or not. */
function listOf(text: string): { name: string; local: string }[] {
  return text.split(',').flatMap((part) => {
    const [, name, alias] = /^[\s(]*([\w.$*]+)(?:\s+as\s+|\s*:\s*)?([\w$]*)[\s)]*$/.exec(part) ?? [];
    return name === undefined ? [] : [{ name, local: alias || name }];
  });
}
