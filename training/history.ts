/**
 * A repository's history as training data, read with the very code that the product runs:
 *
 *   node --import tsx training/history.ts --repo OWNER+NAME --out FILE.jsonl [--max-history N]
 *
 * Writes JSON lines. First {"type":"start"} with the production files of the start commit and its assertions
 * (position 0, not new), then for every first-parent commit, oldest first, {"type":"commit"} with its production diff
 * and an {"type":"assertion"} for every assertion that it added or changed. With --max-history the start is N commits
 * before HEAD; 0 is a snapshot of HEAD. What may condition on an assertion stands at a smaller position.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { mine } from '../src/commands/mine.ts';
import { productionFiles } from '../src/commands/production-files.ts';
import { selectAll } from '../src/commands/selection.ts';
import { ancestorAt, startCommitOf } from '../src/git/ancestry.ts';
import { readProductionDiffs } from '../src/git/diff.ts';
import { firstParentCommits } from '../src/git/history.ts';
import { DEFAULT_PATH_RULES } from '../src/git/paths.ts';
import { openRepository, type Repository } from '../src/git/run.ts';

const MAX_PREFIX = 6000;
const MAX_START_ASSERTIONS = 2000;
const MAX_COMMIT_ASSERTIONS = 64; // a commit that moves all tests would outweigh the rest
const CONTEXT_LINES = 3;
const MAX_DIFF_BYTES = 1024 * 1024;

/** One assertion as a task; `commit` is the one that added it, or the start. */
interface Task {
  commit: string;
  path: string;
  prefix: string;
  target: string;
}

type Write = (record: object) => Promise<void>;

const { values } = parseArgs({
  options: { repo: { type: 'string' }, out: { type: 'string' }, 'max-history': { type: 'string' } },
});
if (!values.repo || !values.out) throw new Error('--repo DIR and --out FILE are needed');
await writeHistory(values.repo, values.out, Number(values['max-history'] ?? Number.POSITIVE_INFINITY));

async function writeHistory(dir: string, out: string, maxHistory: number): Promise<void> {
  const repository = await openRepository(dir);
  const start = await startOf(repository, maxHistory);
  const stream = createWriteStream(out);
  const common = { repository: basename(dir).replace('+', '/') };
  const write: Write = async (record) => {
    if (!stream.write(`${JSON.stringify({ ...record, ...common })}\n`)) await once(stream, 'drain');
  };
  await writeStart(repository, { start, write });
  await writeCommits(repository, { start, write, tasks: await tasksByCommit(dir, start) });
  stream.end();
  await once(stream, 'close');
}

async function startOf(repository: Repository, maxHistory: number): Promise<string> {
  const until = repository.headSha as string;
  const bounded = Number.isFinite(maxHistory) ? await ancestorAt(repository, until, maxHistory) : null;
  return bounded ?? (await startCommitOf(repository, until));
}

/** Every assertion that the commits after the start added or changed. */
async function tasksByCommit(repo: string, after: string): Promise<Map<string, Task[]>> {
  const tasks = new Map<string, Task[]>();
  await mine(
    ({ schema, ...task }) => {
      const known = tasks.get(task.commit) ?? [];
      known.push(task);
      tasks.set(task.commit, known);
    },
    { repo, after, maxPrefix: MAX_PREFIX },
  );
  return tasks;
}

async function writeStart(
  repository: Repository,
  { start, write }: { start: string; write: Write },
): Promise<void> {
  await using files = await productionFiles(repository, start, DEFAULT_PATH_RULES);
  const sources = [];
  for (const { path, readText } of files.list) sources.push({ path, text: await readText() });
  await write({ type: 'start', commit: start, files: sources });
  const { assertions } = await selectAll(repository, { head: start, rules: DEFAULT_PATH_RULES });
  const closed = assertions.filter(({ open }) => !open);
  for (const assertion of spread(closed, MAX_START_ASSERTIONS)) {
    const { path, line, column, language, family, test, prefix, target } = assertion;
    const place = { commit: start, position: 0, path, line, column, language, family, test };
    await write({ type: 'assertion', isNew: false, ...place, prefix: prefix.slice(-MAX_PREFIX), target });
  }
}

async function writeCommits(
  repository: Repository,
  { start, write, tasks }: { start: string; write: Write; tasks: Map<string, Task[]> },
): Promise<void> {
  const settings = { rules: DEFAULT_PATH_RULES, contextLines: CONTEXT_LINES, maxBytes: MAX_DIFF_BYTES };
  const commits = firstParentCommits(repository, { after: start, until: repository.headSha as string });
  let position = 0;
  for await (const { commit, text } of readProductionDiffs(repository, commits, settings)) {
    position += 1;
    await write({ type: 'commit', commit: commit.sha, position, step: text !== '', diff: text });
    for (const task of spread(tasks.get(commit.sha) ?? [], MAX_COMMIT_ASSERTIONS)) {
      await write({ type: 'assertion', isNew: true, position, ...task });
    }
  }
}

/** At most `count` items, evenly spaced. */
function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor((index * items.length) / count)] as Item,
  );
}
