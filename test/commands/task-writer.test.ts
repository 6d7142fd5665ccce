/** Files of tasks: whole or not at all, with the digest of what is in them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderOf, openTaskWriter } from '../../src/commands/task-writer.ts';
import { UsageError } from '../../src/errors.ts';
import type { Task } from '../../src/report/schema.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('commands/task-writer');
const taskOf = (target: string) => ({ target }) as Task;

test('says how long the file is, and its digest', async () => {
  const path = join(temporaryFolder(), 'a', 'b', 'tasks.jsonl');
  makeFolderOf(path);
  const writer = openTaskWriter(path);
  for (const target of ['1', '"ä€𝄞"', 'x'.repeat(100_000)]) await writer.write(taskOf(target));
  const { bytes, sha256 } = await writer.close();
  const content = readFileSync(path);
  assert.is(content.length, bytes);
  assert.is(createHash('sha256').update(content).digest('hex'), sha256);
});

test('what is discarded leaves what was there, and nothing else', async () => {
  const path = join(temporaryFolder(), 'tasks.jsonl');
  for (const before of [undefined, 'old']) {
    if (before) writeFileSync(path, before);
    const writer = openTaskWriter(path);
    await writer.write(taskOf('1'));
    await writer.discard();
    assert.not.ok(existsSync(`${path}.part`));
    assert.is(existsSync(path) ? readFileSync(path, 'utf8') : undefined, before);
  }
});

test('a place where no file can be is said', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  assert.throws(() => makeFolderOf(join(file, 'a', 'tasks.jsonl')), /Cannot write .*tasks\.jsonl/);
  const writer = openTaskWriter(join(file, 'tasks.jsonl'));
  await writer.write(taskOf('1')).catch(() => {});
  await rejects(writer.close(), UsageError, /Cannot write .*tasks\.jsonl/);
  await writer.discard();
});

test.run();
