import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, run } from '../../src/commands/check.ts';
import { complete, parsePlace } from '../../src/commands/complete.ts';
import { doctor } from '../../src/commands/doctor.ts';
import { exportAdapter } from '../../src/commands/export.ts';
import { mine } from '../../src/commands/mine.ts';
import { prune } from '../../src/commands/prune.ts';
import { openTaskWriter } from '../../src/commands/task-writer.ts';
import { UsageError } from '../../src/errors.ts';
import type { Task } from '../../src/report/schema.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { readGguf } from '../helpers/gguf-reader.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { assertValid, cartRepo, schemas } from './fixture.ts';

const test = suite('commands/others');
const { dir: model } = await tinyPack();

async function mined(options: object): Promise<Task[]> {
  const tasks: Task[] = [];
  await mine((task) => void tasks.push(task), options);
  return tasks;
}

test.slow('mine gives one valid task for every assertion that a commit added or changed', async () => {
  const { repo, shas } = cartRepo();
  repo.commit('moved down, and one changed', {
    'tests/test_cart.py':
      'import os\nfrom cart import Cart\n\n\ndef test_empty():\n    assert Cart().total() == 0\n\n\ndef test_items():\n    assert len(Cart().items) == 1\n',
  });
  const tasks = await mined({ repo: repo.dir });
  for (const task of tasks) assertValid(task, schemas.TaskSchema);
  const events = tasks.map(({ commit, line, target }) => [
    commit === repo.git('rev-parse', 'HEAD'),
    line,
    target,
  ]);
  assert.equal(events, [
    [false, 5, '0'],
    [false, 9, '0'],
    [false, 3, '3'],
    [true, 10, '1'],
  ]);
  assert.match(tasks[3]?.prefix ?? '', /assert len\(Cart\(\)\.items\) == $/);
  assert.is((await mined({ repo: repo.dir, after: shas[2] })).length, 2);
  assert.ok((await mined({ repo: repo.dir, maxPrefix: 5 })).every(({ prefix }) => prefix.length <= 5));
});

test('a data set appears whole or not at all', async () => {
  const path = join(temporaryFolder(), 'tasks.jsonl');
  writeFileSync(path, 'old');
  const writer = openTaskWriter(path);
  await writer.write({ target: '1' } as Task);
  assert.is(readFileSync(path, 'utf8'), 'old');
  await writer.close();
  assert.is(readFileSync(path, 'utf8'), '{"target":"1"}\n');
  const nowhere = openTaskWriter('/nowhere/at/all.jsonl');
  await rejects(nowhere.close(), UsageError, /Cannot write \/nowhere/);
});

test('a place is FILE:LINE or FILE:LINE:COLUMN, and the file may have colons', () => {
  assert.equal(parsePlace('a/b.py:12'), { path: 'a/b.py', line: 12, column: null });
  assert.equal(parsePlace('c:/b.py:12:3'), { path: 'c:/b.py', line: 12, column: 3 });
  for (const bad of ['a.py', 'a.py:', 'a.py:0', ':3', 'a.py:x'])
    assert.throws(() => parsePlace(bad), /not a place/);
});

test.slow('complete reads the file as it is on disk, and offers values for an open assertion', async () => {
  const { repo } = cartRepo();
  repo.write({
    'tests/test_new.py': 'from cart import Cart\n\n\ndef test_new():\n    assert Cart().total() == \n',
  });
  const report = await complete('tests/test_new.py:5', { repo: repo.dir, model });
  assertValid(report, schemas.CompletionReportSchema);
  assert.is(report.assertions[0]?.verdict, 'open');
  assert.is(report.assertions[0]?.written, null);
  assert.ok((report.assertions[0]?.candidates.length ?? 0) > 0);
  await rejects(
    complete('tests/test_new.py:1', { repo: repo.dir, model }),
    UsageError,
    /nearest ones are at line 5/,
  );
  await rejects(complete('gone.py:1', { repo: repo.dir, model }), UsageError, /Cannot read gone\.py/);
  await rejects(complete('README.md:1', { repo: repo.dir, model }), UsageError, /not a Python/);
});

test.slow('muted assertions and ignored files are left in peace', async () => {
  const { repo } = cartRepo();
  repo.commit('muted', { 'tests/test_m.py': 'def test_m():\n    assert f() == 1  # code2lora-ignore\n' });
  const report = await check({ repo: repo.dir, model, range: 'HEAD' });
  assert.equal(report.assertions, []);
  assert.match(report.notices.join(), /1 of 1 assertions are muted/);
  repo.write({ 'code2lora.config.json': '{"check": {"ignore": ["tests/**"], "candidates": 1}}' });
  assert.equal((await check({ repo: repo.dir, model, range: 'HEAD' })).assertions, []);
  repo.write({ 'code2lora.config.json': '{"check": {"maxAssertions": 1, "candidates": 1}}' });
  const limited = await check({ repo: repo.dir, model, all: true });
  assert.is(limited.assertions.length, 1);
  assert.match(limited.notices.join(), /2 of 3 assertions were left out/);
});

test.slow('export writes a PEFT folder for every layer, and refuses a full folder', async () => {
  const { repo } = cartRepo();
  const out = join(temporaryFolder(), 'peft');
  const { files, snapshot } = await exportAdapter({ repo: repo.dir, model, format: 'peft', out });
  assert.ok(files.every((file) => existsSync(join(out, file))));
  const { tensors } = readSafetensors(join(out, 'adapter_model.safetensors'));
  assert.is(tensors.size, 2 * 7 * 2); // layers · module types · A and B
  const provenance = JSON.parse(readFileSync(join(out, 'code2lora.json'), 'utf8'));
  assert.is(provenance.commit, snapshot.commit);
  mkdirSync(join(out, '..', 'full'));
  writeFileSync(join(out, '..', 'full', 'precious.txt'), '');
  const full = { repo: repo.dir, model, format: 'peft', out: join(out, '..', 'full') };
  await rejects(exportAdapter(full), UsageError, /precious\.txt/);
  await rejects(exportAdapter({ ...full, format: 'onnx' }), UsageError, /"onnx".*\n.*peft, compact, gguf/);
});

test.slow('export writes one file for other programs, in either precision', async () => {
  const { repo } = cartRepo();
  const folder = temporaryFolder();
  const write = (format: string, name: string, precision?: string) =>
    exportAdapter({ repo: repo.dir, model, format, precision, out: join(folder, name) });
  const compact = await write('compact', 'a.safetensors');
  assert.equal([compact.folder, compact.files, compact.precision], [folder, ['a.safetensors'], 'fp32']);
  const { tensors, metadata } = readSafetensors(join(folder, 'a.safetensors'));
  assert.equal(
    [tensors.size, metadata.snapshot, metadata.base_model],
    [14, compact.snapshot.id, 'code2lora/tiny'],
  );
  const gguf = await write('gguf', 'a.gguf', 'fp16');
  assert.equal([gguf.format, gguf.precision], ['gguf', 'fp16']);
  const { notes, tensors: repeated } = readGguf(join(folder, 'a.gguf'));
  assert.equal([notes['general.architecture'], notes['code2lora.snapshot']], ['qwen2', compact.snapshot.id]);
  assert.is(repeated.size, 2 * 14);
  await rejects(write('gguf', 'folder'), UsageError, /a file\.\nName one that ends with \.gguf/);
  await rejects(write('compact', 'a.gguf'), UsageError, /ends with \.safetensors/);
  await rejects(write('gguf', 'b.gguf', 'int8'), UsageError, /precision "int8"/);
});

test.slow('prune keeps what the rule keeps, and clears what is damaged', async () => {
  const { repo } = cartRepo();
  repo.write({ 'code2lora.config.json': '{"snapshots": {"keepNewest": 1}, "check": {"candidates": 1}}' });
  repo.bulk(70, (index) => ({ files: { 'a.py': `x = ${index}\n` } }));
  await run({ repo: repo.dir, model });
  const folder = join(repo.dir, '.git', 'code2lora', 'snapshots');
  assert.is(readdirSync(folder).length, 2); // HEAD and the checkpoint at 64
  mkdirSync(join(folder, '.tmp-1-x'));
  const dry = await prune({ repo: repo.dir, model, dryRun: true });
  assert.equal([dry.kept, dry.removed.length, dry.damaged], [2, 0, ['.tmp-1-x']]);
  assert.ok(existsSync(join(folder, '.tmp-1-x')));
  await prune({ repo: repo.dir, model, damaged: true });
  assert.not.ok(existsSync(join(folder, '.tmp-1-x')));
});

test.slow('doctor checks pack, engine and state', async () => {
  const { repo } = cartRepo();
  await run({ repo: repo.dir, model });
  const { findings } = await doctor({ repo: repo.dir, model });
  const said = findings.map(({ what }) => what).join('\n');
  assert.match(said, /every file has the digest/);
  assert.match(said, /onnxruntime-node .* runs the models/);
  assert.match(said, /1 snapshots stored/);
});

test.run();
