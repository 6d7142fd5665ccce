import { spawn } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError, UsageError } from '../../src/errors.ts';
import { type OpenModels, type OpenOptions, openModels } from '../../src/inference/open.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, tinyPack, writeTinyPack } from '../helpers/tiny-pack.ts';
import { isAlive, until } from './processes.ts';

const test = suite('inference/open');
const pack = openModelPack((await tinyPack()).dir);
const CODE = 'def total(items):\n    return sum(item.price for item in items)\n';
const ASSERTION = { prefix: 'assert total([]) == ', target: '0', language: 'python' } as const;
/** One run over so many tokens takes a second; the work grows with their square. */
const LONG_TOKENS = 4096;
const longRecipe = { windowTokens: LONG_TOKENS, overlapTokens: 0, minTokens: 4, maxWindows: 1 };
const longText = CODE.repeat(LONG_TOKENS / 8);
let long: ModelPack | undefined;

function longPack(): ModelPack {
  const change = (manifest: ModelPack['manifest']) => {
    manifest.baseModel.contextTokens = LONG_TOKENS;
  };
  long ??= openModelPack(writeTinyPack({ change }).dir);
  return long;
}

const open = (options: Partial<OpenOptions> = {}, from = pack): OpenModels =>
  openModels(from, { device: 'cpu', ...options });

/** Everything that can be asked, once. */
async function askAll(models: OpenModels): Promise<unknown[]> {
  const { encoder, updater, generator, languageModel } = models;
  const embedded = await encoder.embedWindows(CODE, pack.manifest.recipe.diff);
  const first = await updater.initialState(new Float32Array(TINY.embeddingSize).fill(0.25));
  const state = await updater.step(first, new Float32Array(TINY.embeddingSize).fill(-0.5));
  const adapter: LoraAdapter = await generator.generate(state);
  const reader = languageModel.reader({ adapter });
  return [
    [encoder.embeddingSize, encoder.engine, updater.stepInput],
    embedded,
    [first, state],
    adapter,
    await reader.score(ASSERTION),
    await reader.candidates({ ...ASSERTION, maxTokens: 3 }),
    await languageModel.score(ASSERTION),
    await languageModel.scoreMany([{ ...ASSERTION, target: '17' }, ASSERTION], { adapter }),
    await languageModel.candidates({ ...ASSERTION, maxTokens: 3 }, { adapter }),
  ];
}

test.slow(
  'a process of its own gives the same numbers as this one, bit for bit, and ends with its handle',
  async () => {
    await using here = open({ host: 'process' });
    const child = open();
    assert.is.not(child.pid, process.pid);
    assert.equal(await askAll(child), await askAll(here));
    await child[Symbol.asyncDispose]();
    assert.not.ok(isAlive(child.pid as number));
    await rejects(child.encoder.embedWindows(CODE, pack.manifest.recipe.diff), ModelError, /were closed/);
  },
);

test.slow(
  'many questions at once are answered in the order they were asked, each with its own answer',
  async () => {
    await using child = open();
    await using here = open({ host: 'process' });
    const answered: number[] = [];
    const ask = (models: OpenModels) =>
      Array.from({ length: 60 }, async (_, index) => {
        const answer =
          index % 3 === 0
            ? await models.updater.initialState(new Float32Array(TINY.embeddingSize).fill(index))
            : await models.encoder.embedWindows(`${CODE}x = ${index}\n`, pack.manifest.recipe.diff);
        if (models === child) answered.push(index);
        return answer;
      });
    const answers = await Promise.all(ask(child));
    assert.equal(answered, [...answered.keys()]);
    assert.equal(answers, await Promise.all(ask(here)));
  },
);

test.slow('an error arrives as the class it was thrown as, and the next question is answered', async () => {
  const damaged = writeTinyPack();
  const opened = openModelPack(damaged.dir);
  truncateSync(join(damaged.dir, 'code2lora.safetensors'), 100);
  await using models = open({}, opened);
  await rejects(models.generator.generate(new Float32Array(TINY.stateSize)), ModelError, /damaged|bytes/);
  await using whole = open();
  await rejects(whole.languageModel.score({ ...ASSERTION, target: ' ' }), UsageError, /empty value/);
  await rejects(
    whole.updater.step(new Float32Array(3), new Float32Array(TINY.embeddingSize)),
    ModelError,
    /3 numbers/,
  );
  assert.ok((await whole.languageModel.score(ASSERTION)).tokens > 0);
});

test.slow('a pack that is gone is an error of every model, and nothing hangs', async () => {
  const { dir } = writeTinyPack();
  const opened = openModelPack(dir);
  rmSync(dir, { recursive: true });
  await using models = open({}, opened);
  await rejects(models.encoder.embedWindows(CODE, opened.manifest.recipe.diff), ModelError, /manifest\.json/);
  await rejects(models.languageModel.score(ASSERTION), ModelError, /manifest\.json/);
});

test.slow('this process goes on with other things while a model runs', async () => {
  const longestWait = async (models: OpenModels) => {
    await models.encoder.embedWindows(CODE, { ...longRecipe, windowTokens: 32 });
    let [longest, last] = [0, performance.now()];
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const begun = performance.now();
    await models.encoder.embedWindows(longText, longRecipe);
    clearInterval(timer);
    return { longest: Math.max(longest, performance.now() - last), whole: performance.now() - begun };
  };
  await using here = open({ host: 'process' }, longPack());
  const blocked = await longestWait(here);
  assert.ok(blocked.longest > blocked.whole / 2, 'the comparison: a run in this process blocks it');
  await using child = open({}, longPack());
  const free = await longestWait(child);
  assert.ok(free.longest < free.whole / 4, `waited ${free.longest} of ${free.whole} ms`);
});

test.slow('a process that no longer answers is ended at the time limit, with what it was doing', async () => {
  const models = open({ timeoutMs: 4000 }); // opening takes so long on a very busy machine
  await models.encoder.embedWindows(CODE, pack.manifest.recipe.diff);
  process.kill(models.pid as number, 'SIGSTOP');
  const questions = [1, 2].map(() => models.encoder.embedWindows(CODE, pack.manifest.recipe.diff));
  const begun = performance.now();
  for (const question of questions) {
    await rejects(
      question,
      ModelError,
      /not answered for \d+\.\d s \(embedding a text\); the limit is 4(\.0)? s.*\n.*CODE2LORA_TIMEOUT_S/,
    );
  }
  assert.ok(performance.now() - begun < 15_000);
  await until(() => !isAlive(models.pid as number), 1000);
  await rejects(models.languageModel.score(ASSERTION), ModelError, /not answered/);
});

test.slow('many runs of one question may together take longer than the limit of each', async () => {
  await using models = open({ timeoutMs: 3000 }, longPack());
  const recipe = { windowTokens: 2048, overlapTokens: 0, minTokens: 4, maxWindows: 40 };
  const begun = performance.now();
  let count = 0;
  while (performance.now() - begun < 4000) {
    const { vectors } = await models.encoder.embedWindows(longText.repeat(4), { ...recipe, maxWindows: 16 });
    count += vectors.length;
  }
  assert.ok(count >= 16);
});

test.slow('a process that somebody kills, or that fails, is told apart', async () => {
  const ended = async (signal: NodeJS.Signals) => {
    const models = open({}, longPack());
    await models.encoder.embedWindows(CODE, { ...longRecipe, windowTokens: 32 });
    const question = models.encoder.embedWindows(longText, longRecipe);
    const next = models.languageModel.score(ASSERTION);
    next.catch(() => {});
    setTimeout(() => process.kill(models.pid as number, signal), 50);
    const message = await question.then(
      () => 'answered',
      (error: Error) => error.message,
    );
    await rejects(next, ModelError);
    await models[Symbol.asyncDispose]();
    return message;
  };
  assert.match(
    await ended('SIGKILL'),
    /killed by the system \(embedding a text\), probably because memory ran out.*\n.*--max-memory/,
  );
  assert.match(await ended('SIGABRT'), /ended by SIGABRT \(embedding a text\)/);
});

test.slow('more memory than is allowed ends the process, and only that', async () => {
  const models = open({ maxMemoryBytes: 200 * 1024 ** 2 }, longPack());
  await rejects(
    models.encoder.embedWindows(longText, longRecipe),
    ModelError,
    /take \d+ MB of memory \(embedding a text\); allowed are 200 MB \(--max-memory\)/,
  );
  assert.not.ok(isAlive(models.pid as number));
});

test.slow('it ends within a second of its parent, in the middle of a run too', async () => {
  const program = fileURLToPath(new URL('./parent-program.ts', import.meta.url));
  for (const tokens of [32, LONG_TOKENS]) {
    const parent = spawn(process.execPath, [
      '--import',
      'tsx',
      program,
      longPack().dir,
      String(tokens),
      'stay',
    ]);
    const exited = new Promise((resolve) => parent.once('close', resolve));
    const pid = Number(
      await new Promise((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))),
    );
    assert.ok(pid > 0 && isAlive(pid));
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid), 1000);
    await exited;
  }
});

test.slow('a handle that is not closed does not keep its process from ending', async () => {
  const program = fileURLToPath(new URL('./parent-program.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', program, pack.dir, '32'], { stdio: 'pipe' });
  let output = '';
  parent.stdout.on('data', (data) => {
    output += data;
  });
  const code = await new Promise((resolve) => parent.once('close', resolve));
  assert.is(code, 0);
  await until(() => !isAlive(Number(output)), 1000);
});

test.run();
