/**
 * What the adapter is worth on repositories that the pack never saw:
 *
 *   node --import tsx bench/quality.ts --out FILE.jsonl REPO_DIR …     one line per repository and adapter
 *   node --import tsx bench/quality.ts --table FILE.jsonl              the table for the README
 *
 * Every repository is walked from its first commit; its assertions at HEAD (a seeded sample) are scored
 * with the base model, with its own adapter, with the adapter of another repository and with the mean
 * adapter of the training repositories. Intervals are percentile bootstraps over repositories. A repository
 * whose lines are in the file already is not scored again, so that an interrupted run goes on.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Assertion } from '../src/assertions/assertion.ts';
import { update } from '../src/commands/check.ts';
import { selectAll } from '../src/commands/selection.ts';
import { openWorkspace, requireHead, type Workspace } from '../src/commands/workspace.ts';
import { adapterFromTensors, type LoraAdapter } from '../src/lora/adapter.ts';
import { readSafetensors } from '../src/runtime/safetensors.ts';
import { openLanguageModel } from '../src/scoring/language-model.ts';
import { scoreAssertions } from '../src/scoring/score.ts';

const ASSERTIONS_PER_REPOSITORY = 32;
const SEED = 3407;
const RESAMPLES = 2000;
const ADAPTERS = ['base', 'own', 'other', 'mean'] as const;
type AdapterName = (typeof ADAPTERS)[number];

interface Line {
  repository: string;
  language: string;
  adapter: AdapterName;
  /** One entry per assertion. */
  nll: number[];
  tokens: number[];
  exactMatch: number[];
  editSimilarity: number[];
}

interface Subject {
  name: string;
  workspace: Workspace;
  adapter: LoraAdapter;
  assertions: Assertion[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, table: { type: 'string' } },
});

async function measure(folders: readonly string[], out: string): Promise<void> {
  const done = new Set(readLines(out).map(({ repository }) => repository));
  const subjects: Subject[] = [];
  for (const folder of folders) {
    const subject = await openSubject(folder);
    if (subject) subjects.push(subject);
  }
  for (const [index, subject] of subjects.entries()) {
    if (done.has(subject.name)) continue;
    const other = subjects[(index + 5) % subjects.length] as Subject;
    const adapters = {
      base: null,
      own: subject.adapter,
      other: other.adapter,
      mean: meanAdapter(subject.workspace),
    };
    await using languageModel = await openLanguageModel(subject.workspace.pack);
    for (const name of ADAPTERS) {
      const adapter = adapters[name];
      const scores = await scoreAssertions(languageModel, subject.assertions, { adapter, count: 1 });
      const line: Line = {
        repository: subject.name,
        language: subject.assertions[0]?.language === 'python' ? 'python' : 'js/ts',
        adapter: name,
        nll: scores.map(({ nll }) => nll as number),
        tokens: scores.map(({ targetTokens }) => targetTokens),
        exactMatch: scores.map(({ exactMatch }) => (exactMatch ? 1 : 0)),
        editSimilarity: scores.map(({ editSimilarity }) => editSimilarity ?? 0),
      };
      appendFileSync(out, `${JSON.stringify(line)}\n`);
    }
    console.error(`scored ${subject.name} (${index + 1}/${subjects.length})`);
  }
}

/** Walks the history and samples assertions; a repository with fewer than eight is left out. */
async function openSubject(folder: string): Promise<Subject | null> {
  const begun = Date.now();
  const workspace = await openWorkspace({ repo: folder });
  const head = requireHead(workspace.repository);
  const { snapshot, commits } = await update(workspace, head, {});
  const { assertions } = await selectAll(workspace.repository, { head, rules: workspace.config.paths });
  const closed = assertions.filter(({ open, ignored }) => !open && !ignored);
  const name = basename(folder);
  console.error(`walked ${name}: ${commits} commits, ${closed.length} assertions, ${Date.now() - begun} ms`);
  if (closed.length < 8) return null;
  return {
    name,
    workspace,
    adapter: snapshot.adapter,
    assertions: sample(closed, ASSERTIONS_PER_REPOSITORY),
  };
}

function meanAdapter({ pack }: Workspace): LoraAdapter {
  const { meanAdapter: file, hypernetwork } = pack.manifest;
  const { rank, alpha } = hypernetwork;
  return adapterFromTensors(readSafetensors(pack.path(file as string)).tensors, { rank, alpha });
}

function renderTable(lines: readonly Line[]): string {
  const groups = [
    ['all', lines],
    ['Python', lines.filter(({ language }) => language === 'python')],
    ['TypeScript/JavaScript', lines.filter(({ language }) => language !== 'python')],
  ] as const;
  const rows = groups.flatMap(([label, group]) =>
    ADAPTERS.map((adapter) => renderRow(label, adapter, group)),
  );
  return [
    '| repositories | adapter | exact match | edit similarity | nll per token | against own |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function renderRow(label: string, adapter: AdapterName, lines: readonly Line[]): string {
  const own = lines.filter((line) => line.adapter === 'own');
  const these = lines.filter((line) => line.adapter === adapter);
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  const fixed = (value: number) => value.toFixed(3);
  const difference = interval(
    these.map((line, i) => [line, own[i] as Line] as const),
    (pairs) => nllPerToken(pairs.map(([line]) => line)) - nllPerToken(pairs.map(([, line]) => line)),
    (value) => (value >= 0 ? '+' : '−') + Math.abs(value).toFixed(3),
  );
  return `| ${[
    `${label} (${these.length})`,
    adapter,
    interval(these, (some) => meanOf(some.flatMap(({ exactMatch }) => exactMatch)), percent),
    interval(these, (some) => meanOf(some.flatMap(({ editSimilarity }) => editSimilarity)), fixed),
    interval(these, nllPerToken, fixed),
    adapter === 'own' ? '' : difference,
  ].join(' | ')} |`;
}

/** The statistic, and its 95 % interval over resampled repositories. */
function interval<T>(
  items: readonly T[],
  statistic: (items: T[]) => number,
  show: (value: number) => string,
): string {
  if (items.length === 0) return '–';
  const random = generator(SEED);
  const draws = Array.from({ length: RESAMPLES }, () =>
    statistic(items.map(() => items[Math.floor(random() * items.length)] as T)),
  ).sort((a, b) => a - b);
  const at = (share: number) => show(draws[Math.floor(share * (draws.length - 1))] as number);
  return `${show(statistic([...items]))} [${at(0.025)}, ${at(0.975)}]`;
}

const nllPerToken = (lines: readonly Line[]): number =>
  sumOf(lines.flatMap(({ nll }) => nll)) / sumOf(lines.flatMap(({ tokens }) => tokens));

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0);
const meanOf = (numbers: readonly number[]): number => sumOf(numbers) / numbers.length;

/** A seeded sample in document order. */
function sample<T>(items: readonly T[], count: number): T[] {
  const random = generator(SEED);
  const keyed = items.map((item, index) => ({ item, index, key: random() }));
  const chosen = keyed.sort((a, b) => a.key - b.key).slice(0, count);
  return chosen.sort((a, b) => a.index - b.index).map(({ item }) => item);
}

/** mulberry32: a small seeded generator, good enough to draw samples. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const readLines = (path: string): Line[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    : [];

if (values.table) console.log(renderTable(readLines(values.table)));
else await measure(positionals, values.out ?? 'quality.jsonl');
