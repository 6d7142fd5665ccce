/**
 * Scores → the document and its plots. Pure: every number in it comes from the scores.
 *
 * Out: Markdown, and the SVG files that it shows, by name. It says what was measured with what, and how to do it again; it
 * judges nothing.
 */
import { LAST_FIFTH, madeSince } from './benchmark-columns.ts';
import { labelOf, SHARED } from './benchmark-methods.ts';
import { picturesOf } from './benchmark-pictures.ts';
import type { AssertionScores, Benchmark } from './benchmark-scores.ts';
import {
  breakdownTable,
  gainTable,
  methodTable,
  repositoryTable,
  type TablePart,
} from './benchmark-tables.ts';

export interface BenchmarkDocument {
  markdown: string;
  /** File name → SVG. */
  plots: Record<string, string>;
}

/** `folder`: of the plots, as the document names it. */
export function renderBenchmark(benchmark: Benchmark, { folder }: { folder: string }): BenchmarkDocument {
  const plots = picturesOf(benchmark);
  const picture = (name: string, alt: string) => (plots[name] ? `![${alt}](${folder}/${name})` : '');
  const sections = [
    introduction(benchmark),
    section('Every method', [
      CROSS_REPO,
      methodTable(benchmark),
      picture('exact-match.svg', 'Exact match of every method'),
    ]),
    section('The own adapter against others', [
      GAINS,
      gainTable(benchmark),
      picture('gain.svg', 'Nats gained by the own adapter'),
    ]),
    section('Later commits of the same repository', [
      IN_REPO,
      ...tablesOf(benchmark, { part: LAST_FIFTH, inRepo: true }),
    ]),
    ...sinceCut(benchmark),
    section('Along the history', [
      DRIFT,
      byFifth(benchmark),
      picture('drift.svg', 'Gain by fifths of the history'),
    ]),
    section(
      'By what is asked',
      BREAKDOWNS.map((one) => breakdown(benchmark, one)),
    ),
    section('By repository', [repositoryTable(benchmark)]),
    section('How it is measured', [METHOD_NOTES]),
  ];
  return { markdown: `${sections.filter(Boolean).join('\n\n')}\n`, plots };
}

const section = (title: string, parts: readonly string[]): string => {
  const filled = parts.filter(Boolean);
  return filled.length === 0 ? '' : [`## ${title}`, ...filled].join('\n\n');
};

function introduction({ settings, repositories }: Benchmark): string {
  const assertions = repositories.reduce((sum, repository) => sum + repository.assertions.length, 0);
  const left = settings.left.map(({ method, reason }) => `\`${method}\` (${reason})`).join(', ');
  return [
    '# Benchmark',
    `${assertions} assertions of ${repositories.length} repositories, by code2lora ` +
      `${settings.version} with the model pack \`${settings.pack}\` ${settings.packVersion} (base model in ${settings.precision}, ` +
      `pack ${settings.packDigest.slice(0, 12)}). At most ${settings.perRepository} assertions of a repository, of as few of ` +
      `its newest ${settings.maxHistory} commits as bring enough. **Own** is the pack's default: ${labelOf(settings.own)}.`,
    `Written by \`code2lora bench\`; do not edit.${left === '' ? '' : ` Left out, because the pack cannot do it: ${left}.`}`,
  ].join('\n\n');
}

const CROSS_REPO =
  'Each assertion is asked with the adapter of its own commit, which has read production code up to that commit and tests of ' +
  'earlier commits only. Rates are in percent; in brackets 95 % intervals, from a bootstrap over repositories.';
const GAINS =
  'Differences on the same assertions; above zero, the own adapter is better. "Repositories where own is better" is by nats per token.';
const IN_REPO =
  "The last fifth of each history. Here a LoRA that was trained on the repository's own earlier assertions can be compared too.";
const DRIFT =
  'Fifths of the commits that were walked, oldest first. A line that falls means that the adapter drifts.';

const tablesOf = (benchmark: Benchmark, part: TablePart): string[] => [
  methodTable(benchmark, part),
  gainTable(benchmark, part),
];

function sinceCut(benchmark: Benchmark): string[] {
  const { cut } = benchmark.settings;
  if (cut === null) return [];
  const text = `Repositories made on ${cut} or later: no model can have seen them.`;
  const tables = tablesOf(benchmark, { part: madeSince(cut) }).filter(Boolean);
  return tables.length === 0 ? [] : [section('Repositories made after the training data', [text, ...tables])];
}

const SHOWN = ['base', 'copy', 'rag', SHARED, 'shared-rag', 'other'];

interface Breakdown {
  title: string;
  kindOf(assertion: AssertionScores): string;
}

const BREAKDOWNS: readonly Breakdown[] = [
  { title: 'language', kindOf: ({ language }) => language },
  { title: 'kind of assertion', kindOf: ({ family }) => family },
  {
    title: 'the value stands in what the model reads',
    kindOf: ({ inPrefix }) => (inPrefix ? 'yes' : 'no'),
  },
];

function breakdown(benchmark: Benchmark, { title, kindOf }: Breakdown): string {
  const { own } = benchmark.settings;
  return breakdownTable(benchmark, { title, kindOf, methods: [...SHOWN, own], over: rivalOf(benchmark) });
}

const byFifth = (benchmark: Benchmark): string =>
  breakdown(benchmark, { title: 'fifth of the history', kindOf: ({ fifth }) => `${fifth}` });

/** What the own adapter has to beat first. */
const rivalOf = ({ settings: { methods, own } }: Benchmark): string =>
  [SHARED, 'mean', 'other', 'base'].find((method) => method !== own && methods.includes(method)) ?? 'base';

const METHOD_NOTES = [
  '- **Exact match** does not look at the answer: the completion is read token by token up to where it ends by itself, and differs in layout only. **The paper’s** cuts the completion to the shape of the answer first. Edit similarity is the normalised Levenshtein distance.',
  '- **Nats per token** are of the value and its end; what ends it is one more token.',
  '- **Copied from the prefix**: the value at the last place above that looks the same (the same words before it, or the same call), else the most recent literal of the kind that the place asks for.',
  '- **RAG**: the three pieces most like the end of the prompt (BM25), of production files at the commit and of test files before it. **Dependency-resolved context**: the definitions of what the test imports and uses, signatures where they are long. Both get half of what the model can read, so that nothing of them is cut off.',
  '- **One shared LoRA** is the mean adapter of the pack, trained on the same data. **Mean adapter of the other repositories** and **another repository’s adapter** are made of the own adapters of the repositories in this benchmark at their newest commits; the other one is of the same language, drawn by the names.',
  '- **Code2LoRA-Static** is the adapter of the repository as it stood where the walk begins. **LoRA of the repository alone** is trained from nothing on the assertions of the first four fifths.',
].join('\n');
