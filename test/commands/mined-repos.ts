/** Small real repositories to mine, the list of them, and a folder of results as data. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../../src/report/schema.ts';
import { type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { cartRepo } from './fixture.ts';

/** A Python test file with one test for each name, one assertion in each. */
export const testsOf = (values: Record<string, number | string>): string =>
  Object.entries(values)
    .map(([name, value]) => `def test_${name}():\n    assert ${name}() == ${value}\n`)
    .join('\n\n');

/** Twelve tests in one file and one in each of two others, all in one commit; then a change of one, and back. */
export function wideRepo(): GitRepo {
  const repo = gitRepo();
  repo.commit('production', { 'wide.py': 'WIDTH = 3\n' });
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`many_${index}`, index]));
  repo.commit('tests', {
    'tests/test_many.py': testsOf(many),
    'tests/test_one.py': testsOf({ one: 1 }),
    'test/two.test.ts': "test('two', () => {\n  expect(two()).toBe(2);\n});\n",
  });
  repo.commit('changed', { 'tests/test_one.py': testsOf({ one: 100 }) });
  repo.commit('back', { 'tests/test_one.py': testsOf({ one: 1 }) });
  return repo;
}

/** As many commits as asked for, each of which changes a value of one test; another `first` is another root. */
export function longRepo(commits: number, first = 0): GitRepo {
  const repo = gitRepo();
  repo.bulk(commits, (index) => ({
    files: { 'tests/test_long.py': testsOf({ long: first + index, other: Math.floor(index / 2) }) },
  }));
  return repo;
}

/** Four repositories in a list with names of their own. */
export function repositoryList(extra: readonly string[] = []): {
  list: string;
  repos: Record<string, GitRepo>;
} {
  const repos = {
    'octo/cart': cartRepo().repo,
    'octo/wide': wideRepo(),
    'octo/long': longRepo(20),
    'octo/11': longRepo(3, 100),
  };
  const rows = Object.entries(repos).map(([name, { dir }]) => `${name}\t${dir}`);
  return { list: writeList(['name\trepository\tsplit\tcommit', ...rows, ...extra]), repos };
}

export function writeList(rows: readonly string[]): string {
  const list = join(temporaryFolder(), 'list.tsv');
  writeFileSync(list, `${rows.join('\n')}\n`);
  return list;
}

/** Every file below a folder, clones left out: path to text. */
export function readTree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.clones'));
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

export function readTasks(out: string, track: string, name: string): Task[] {
  const text = readFileSync(join(out, track, `${name}.jsonl`), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Task);
}
