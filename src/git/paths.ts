/**
 * Which files are production code, which are tests, and which are neither.
 *
 * In: a path and the rules (globs, plain data). Out: 'production' | 'test' | 'excluded', the language, and the
 * same rules as git pathspecs. Knows nothing about commits.
 *
 * Differs from the paper, which drops every path with "test" anywhere in it (`latest/`, `attestation.py`).
 */
import picomatch from 'picomatch';
import { UsageError } from '../errors.ts';

/**
 * Globs from the root of the repository: `*`, `**`, `?` and `{a,b}`, upper and lower case alike, dot files
 * included. Nothing else, because git has to understand the very same rule. `exclude` wins over `test`, `test`
 * over `production`.
 */
export interface PathRules {
  production: readonly string[];
  test: readonly string[];
  exclude: readonly string[];
}

export type PathClass = 'production' | 'test' | 'excluded';
export type Language = 'python' | 'typescript' | 'tsx' | 'javascript';

export const DEFAULT_PATH_RULES: PathRules = {
  production: ['**/*.{py,pyi,ts,tsx,mts,cts,js,mjs,cjs,jsx}'],
  test: [
    '**/{test,tests,testing,spec,specs,e2e,cypress,__test__,__tests__,__mocks__}/**',
    '**/{test_,test-}*/**',
    '**/*{_test,-test,_tests,-tests}/**',
    '**/{test_,test-}*',
    '**/*{_test,-test,_tests,-tests,.test,.tests,.test-*,.spec,.e2e,.e2e-spec,.cy}.*',
    '**/{test,tests,conftest,runtests}.*',
  ],
  exclude: [
    // of others
    '**/{node_modules,bower_components,jspm_packages,site-packages,.venv,venv,.tox,.nox,.yarn,.git}/**',
    '**/{vendor,vendored,_vendor,third_party,third-party,thirdparty}/**',
    // built; `build`, `out` and `coverage` are also names of ordinary source folders
    '{build,out}/**',
    '{packages,apps}/*/{build,out}/**',
    '**/{dist,.next,.nuxt,.output,.svelte-kit,lcov-report,__pycache__,_static}/**',
    '**/*.{min,bundle,chunk}.*',
    // generated
    '**/{generated,__generated__}/**',
    '**/*.{generated,gen}.*',
    '**/*{_pb2,_pb2_grpc,.pb,_pb}.*',
    '**/{versioneer.py,_version.py,.pnp.*}',
    '**/migrations/0*.py',
    // data
    '**/{fixtures,__fixtures__,__testfixtures__,testdata,__snapshots__}/**',
  ],
};

const LANGUAGES: Record<string, Language> = {
  py: 'python',
  pyi: 'python',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
};

/** What a file is by its path alone; a path that no rule names is excluded. */
export function classifyPath(path: string, rules: PathRules = DEFAULT_PATH_RULES): PathClass {
  const { production, test, exclude } = matchersOf(rules);
  if (exclude(path)) return 'excluded';
  if (test(path)) return 'test';
  return production(path) ? 'production' : 'excluded';
}

export function languageOf(path: string): Language | null {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(LANGUAGES, extension) ? (LANGUAGES[extension] ?? null) : null;
}

/** The production rule as git pathspecs, so that git itself leaves every other file out. */
export function productionPathspecs(rules: PathRules): string[] {
  checkRules(rules);
  const included = rules.production.flatMap(expandBraces).map((glob) => `:(top,icase,glob)${glob}`);
  const left = [...rules.test, ...rules.exclude].flatMap(expandBraces);
  return [...included, ...left.map((glob) => `:(top,icase,glob,exclude)${glob}`)];
}

/** Throws a UsageError that names the first glob that git and picomatch could read differently. */
export function checkRules(rules: PathRules): void {
  for (const [name, globs] of Object.entries(rules) as [string, readonly string[]][]) {
    for (const glob of globs) checkGlob(glob, name);
  }
  if (rules.production.length === 0) {
    throw new UsageError(
      'Cannot use these path rules: no production glob. Give at least one, such as "**/*.py".',
    );
  }
}

/** `a.{b,c}` to `a.b`, `a.c`. */
export function expandBraces(glob: string): string[] {
  const match = /^([^{}]*)\{([^{}]*)\}(.*)$/.exec(glob);
  if (!match) return [glob];
  const [, before = '', choices = '', after = ''] = match;
  return choices.split(',').flatMap((choice) => expandBraces(`${before}${choice}${after}`));
}

type Matcher = (path: string) => boolean;
const matchers = new WeakMap<PathRules, Record<keyof PathRules, Matcher>>();

function matchersOf(rules: PathRules): Record<keyof PathRules, Matcher> {
  const known = matchers.get(rules);
  if (known) return known;
  checkRules(rules);
  const made = {
    production: compile(rules.production),
    test: compile(rules.test),
    exclude: compile(rules.exclude),
  };
  matchers.set(rules, made);
  return made;
}

function compile(globs: readonly string[]): Matcher {
  if (globs.length === 0) return () => false;
  return picomatch(globs.flatMap(expandBraces), {
    dot: true,
    nocase: true,
    noextglob: true,
  });
}

function checkGlob(glob: string, list: string): void {
  const nested = /\{[^}]*\{/.test(glob) || /^[^{]*\}/.test(glob) || /\{[^}]*$/.test(glob);
  const stray = /\*\*[^/]|[^/]\*\*/.test(glob);
  if (glob !== '' && !/[[\]()\\!+@^$|]/.test(glob) && !glob.startsWith('/') && !nested && !stray) return;
  throw new UsageError(
    `Cannot use the path rule "${glob}" in ${list}: a rule starts at the root of the repository and knows ` +
      '"*", "**" (a whole path segment), "?" and "{a,b}" only. Write it with these.',
  );
}
