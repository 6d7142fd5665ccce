/**
 * A repository's history as training data, read with the very code that the product runs:
 *
 *   node --import tsx training/history.ts --repo DIR --out FILE.jsonl [--max-history N]
 *
 * Writes JSON lines. First {"type":"start"} with the production files of the start commit, then for every
 * first-parent commit, oldest first, {"type":"commit"} with its production diff and an {"type":"assertion"}
 * for every assertion that it added or changed. With --max-history the start is N commits before HEAD.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { mine } from '../src/commands/mine.ts';
import { productionFiles } from '../src/commands/production-files.ts';
import { ancestorAt, startCommitOf } from '../src/git/ancestry.ts';
import { readProductionDiffs } from '../src/git/diff.ts';
import { firstParentCommits } from '../src/git/history.ts';
import { DEFAULT_PATH_RULES } from '../src/git/paths.ts';
import { openRepository, type Repository } from '../src/git/run.ts';

const MAX_PREFIX = 6000;
const CONTEXT_LINES = 3;
const MAX_DIFF_BYTES = 1024 * 1024;

const { values } = parseArgs({
  options: { repo: { type: 'string' }, out: { type: 'string' }, 'max-history': { type: 'string' } },
});
if (!values.repo || !values.out) throw new Error('--repo DIR and --out FILE are needed');
await writeHistory(values.repo, values.out, Number(values['max-history'] ?? Number.POSITIVE_INFINITY));

async function writeHistory(dir: string, out: string, maxHistory: number): Promise<void> {
  const repository = await openRepository(dir);
  const until = repository.headSha as string;
  const start = await startOf(repository, until, maxHistory);
  const stream = createWriteStream(out);
  const write = async (record: object) => {
    if (!stream.write(`${JSON.stringify(record)}\n`)) await once(stream, 'drain');
  };

  const tasks = await tasksByCommit(dir, start);
  await using files = await productionFiles(repository, start, DEFAULT_PATH_RULES);
  const sources = [];
  for (const { path, readText } of files.list) sources.push({ path, text: await readText() });
  await write({ type: 'start', commit: start, files: sources });

  const settings = { rules: DEFAULT_PATH_RULES, contextLines: CONTEXT_LINES, maxBytes: MAX_DIFF_BYTES };
  for await (const diff of readProductionDiffs(
    repository,
    firstParentCommits(repository, { after: start, until }),
    settings,
  )) {
    const commit = diff.commit.sha;
    await write({ type: 'commit', commit, step: diff.text !== '', diff: diff.text });
    for (const task of tasks.get(commit) ?? []) await write(task);
  }
  stream.end();
  await once(stream, 'close');
}

async function startOf(repository: Repository, until: string, maxHistory: number): Promise<string> {
  const bounded = Number.isFinite(maxHistory) ? await ancestorAt(repository, until, maxHistory) : null;
  return bounded ?? (await startCommitOf(repository, until));
}

async function tasksByCommit(repo: string, after: string): Promise<Map<string, object[]>> {
  const tasks = new Map<string, object[]>();
  await mine(
    ({ schema, committedAt, ...task }) => {
      const known = tasks.get(task.commit) ?? [];
      known.push({ type: 'assertion', ...task, isNew: true });
      tasks.set(task.commit, known);
    },
    { repo, after, maxPrefix: MAX_PREFIX },
  );
  return tasks;
}
