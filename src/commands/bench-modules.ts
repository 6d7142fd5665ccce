/**
 * Which file of the repository a module name means. Pure.
 *
 * In: the name as a file imports it, the paths of the repository. Out: a path, or null for what comes from elsewhere.
 * Python names are looked for from every folder of the repository, the shortest path first: where the packages begin
 * (`src/`, `lib/`, the root) is not written anywhere that has to be run to be read.
 */
import { posix } from 'node:path';
import type { SourceLanguage } from '../assertions/grammar.ts';

export type Resolve = (module: string, from: { path: string; language: SourceLanguage }) => string | null;

export function openModules(paths: readonly string[]): Resolve {
  const known = new Set(paths);
  const byLength = [...paths].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const answers = new Map<string, string | null>();
  return (module, { path, language }) => {
    const key = `${module}\n${posix.dirname(path)}\n${language}`;
    let found = answers.get(key);
    if (found === undefined) {
      found =
        language === 'python'
          ? findPython(module, path, { known, byLength })
          : findScript(module, path, known);
      answers.set(key, found);
    }
    return found;
  };
}

interface Paths {
  known: ReadonlySet<string>;
  byLength: readonly string[];
}

function findPython(module: string, from: string, { known, byLength }: Paths): string | null {
  const [, dots = '', name = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
  const inside = name.split('.').filter(Boolean).join('/');
  const endings =
    inside === '' ? ['__init__.py'] : [`${inside}.py`, `${inside}/__init__.py`, `${inside}.pyi`];
  if (dots === '') {
    return (
      endings.find((ending) => known.has(ending)) ??
      byLength.find((path) => endings.some((ending) => path.endsWith(`/${ending}`))) ??
      null
    );
  }
  const folder = posix.join(posix.dirname(from), ...Array.from({ length: dots.length - 1 }, () => '..'));
  return endings.map((ending) => posix.join(folder, ending)).find((path) => known.has(path)) ?? null;
}

const EXTENSIONS = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];

function findScript(module: string, from: string, known: ReadonlySet<string>): string | null {
  if (!/^\.{1,2}(?:\/|$)/.test(module)) return null;
  const path = posix.join(posix.dirname(from), module);
  const bare = path.replace(/\.[cm]?[jt]sx?$/, ''); // `./cart.js` may mean cart.ts
  const places = [path, bare].flatMap((place) => [
    place,
    ...EXTENSIONS.map((extension) => `${place}.${extension}`),
    ...['index', 'src/index'].flatMap((name) =>
      EXTENSIONS.map((extension) => posix.join(place, `${name}.${extension}`)),
    ),
  ]);
  return places.find((place) => known.has(place)) ?? null;
}
