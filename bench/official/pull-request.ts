/**
 * Row 8: what a pull request with 40 assertions in 4 files costs with all three published shapes in 8 bits: the real
 * `check` of a repository that was never seen, from the command line, with everything that it computes on the way.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPack } from '../../src/packs/build.ts';
import { findModel } from '../../src/packs/describe.ts';
import { packHome } from '../../src/packs/folder.ts';
import { planReleased } from '../../src/packs/pack-plan.ts';
import type { CheckReport } from '../../src/report/schema.ts';
import { type GitRepo, gitRepo } from '../../test/helpers/git-repo.ts';
import {
  QWEN3_EMBEDDING_06B,
  QWEN25_CODER_15B,
  type ShapeOptions,
  writePublishedShape,
} from '../../test/helpers/published-shapes.ts';
import { writeLargeTokenizer } from './large-tokenizer.ts';
import { treeUsage } from './process-memory.ts';
import { heading, line, number, showTarget, timed } from './rows.ts';
import { moduleText, testText } from './shop.ts';
import type { Workshop } from './workshop.ts';

const MODULES = ['cart', 'stock', 'basket', 'shelf'];
const ASSERTIONS_PER_FILE = 10;
const EARLIER_COMMITS = 4;
const SAMPLE_MS = 100;

export async function measurePullRequest(workshop: Workshop): Promise<void> {
  heading('A pull request of 40 assertions in 4 files, published shapes (1.5B, 0.6B, 0.7B), 8 bits');
  let model = '';
  const building = await timed(async () => {
    model = await buildOfficialPack(workshop);
  });
  line(`building the pack: ${number(building / 1000)} s`);
  const { repo, range } = pullRequest();
  const { report, seconds, usage } = await runCheck(repo, { range, model });
  const { timings, assertions, snapshot } = report;
  const parts = Object.entries(timings).map(([name, ms]) => `${name} ${number(ms / 1000)} s`);
  line(`${assertions.length} assertions, ${snapshot.steps} steps of the GRU: ${parts.join(', ')}`);
  const spent = `${number(seconds)} s, ${number(usage.processorSeconds)} s of processor time`;
  showTarget('under 90 s', spent, seconds < 90);
  const [own, resident] = [usage.privateBytes / 1e9, usage.residentBytes / 1e9];
  showTarget(
    'under 3 GB',
    `${number(own)} GB of private memory at most, ${number(resident)} GB with mapped files`,
    own < 3,
  );
  workshop.remove('released');
  workshop.remove('home');
}

/** Files in the published layout, then built as `models pull` and `models import` do. */
async function buildOfficialPack({ folder, checkpoint }: Workshop): Promise<string> {
  const home = packHome({ CODE2LORA_HOME: join(folder, 'home') });
  mkdirSync(home.packs, { recursive: true });
  const base = await writeModel(join(folder, 'released/base-model'), QWEN25_CODER_15B, { finalNorm: 4 });
  const encoder = await writeModel(join(folder, 'released/encoder'), QWEN3_EMBEDDING_06B, { prefix: '' });
  const models = {
    baseModel: findModel(base),
    encoder: findModel(encoder),
    checkpoint: { name: 'code2lora_gru.pt', path: checkpoint() },
  };
  const title = { name: 'official', version: 'bench', license: 'none' };
  // Digests are of no use here: the files are removed in a minute.
  const plan = planReleased(title, models, { digestOf: () => '0'.repeat(64) });
  return (await buildPack('official', plan, { home, precision: 'int8', measure: false })).dir;
}

async function writeModel(
  folder: string,
  config: { vocab_size: number },
  options: ShapeOptions,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const settings = { eos_token_id: 0, max_position_embeddings: 32_768 };
  await writePublishedShape(folder, { ...config, ...settings }, options);
  writeLargeTokenizer(join(folder, 'tokenizer.json'), config.vocab_size);
  return folder;
}

/** A short history, then one commit that changes every module and adds the assertions. */
function pullRequest(): { repo: GitRepo; range: string } {
  const repo = gitRepo();
  const files = (make: (name: string) => [string, string]) => Object.fromEntries(MODULES.map(make));
  repo.commit('start', {
    'shop/__init__.py': '',
    ...files((name) => [`shop/${name}.py`, moduleText(name, 0)]),
  });
  for (let index = 1; index <= EARLIER_COMMITS; index += 1) {
    const name = MODULES[index % MODULES.length] as string;
    repo.commit(`change ${index}`, {
      [`shop/${name}.py`]: moduleText(name, index),
      [`tests/test_${name}.py`]: testText(name, 1),
    });
  }
  const base = repo.git('rev-parse', 'HEAD');
  repo.commit('the pull request', {
    ...files((name) => [`shop/${name}.py`, moduleText(name, 17)]),
    ...files((name) => [`tests/test_${name}.py`, testText(name, 1 + ASSERTIONS_PER_FILE)]),
  });
  return { repo, range: `${base}..HEAD` };
}

type Usage = ReturnType<typeof treeUsage>;

async function runCheck(
  { dir }: GitRepo,
  { range, model }: { range: string; model: string },
): Promise<{ report: CheckReport; seconds: number; usage: Usage }> {
  const args = ['check', range, '--repo', dir, '--model', model, '--device', 'cpu', '--json', '--quiet'];
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const usage = watchUsage(child);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) =>
    child.once('close', (status, signal) => resolve(status ?? signal)),
  );
  const seconds = (performance.now() - begun) / 1000;
  if (code !== 0) throw new Error(`code2lora check ended with ${code}.`);
  return { report: JSON.parse(Buffer.concat(chunks).toString()), seconds, usage };
}

/** The most that the process and all it started held at one time. */
function watchUsage(child: ChildProcess): Usage {
  const usage = { privateBytes: 0, residentBytes: 0, processorSeconds: 0 };
  const timer = setInterval(() => {
    const now = treeUsage(child.pid as number);
    for (const key of Object.keys(usage) as (keyof Usage)[]) usage[key] = Math.max(usage[key], now[key]);
  }, SAMPLE_MS);
  child.once('close', () => clearInterval(timer));
  return usage;
}
