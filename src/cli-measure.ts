/**
 * The commands that measure and collect: their arguments → commands/mine*.ts, bench*.ts, health*.ts → text and exit code.
 *
 * Like the others, each part is loaded when it is asked for.
 */
import type { Command } from 'commander';
import type { MineFlags, MineOne } from './commands/mine-flags.ts';
import { UsageError } from './errors.ts';
import { commandOptions, EXIT, type Flags, parseCount, parsePositive, print } from './terminal.ts';

/** Adds a command with the options that every command takes. */
type Define = (spec: string, description: string) => Command;

export function defineMeasuring(program: Command, define: Define): void {
  defineMine(define);
  defineBench(program);
  defineHealth(define);
}

function defineMine(define: Define): void {
  define('mine', 'write every assertion event of the history as JSON lines, of one repository or of a list')
    .option('--out <path>', 'where to write: a file, - for standard output; of a list a folder')
    .option('--after <commit>', 'only what came after this commit')
    .option(
      '--max-prefix <characters>',
      'longest prefix to keep; 0 for the whole file above',
      parseCount,
      8192,
    )
    .option('--repositories <list>', 'mine every repository of a list: docs/mining.md')
    .option('--track <track>', 'of a list: static, evolution or both (default)')
    .option('--per-commit <count>', 'of a list: most tasks of a commit (default: 8; 0: all)', parseCount)
    .option('--per-file <count>', 'of a list: most of them of a file (default: 4; 0: all)', parseCount)
    .option('--shard <i/n>', 'of a list: only the i-th of n equal parts')
    .option('--clones <folder>', 'of a list: where repositories are cloned to (default: OUT/.clones)')
    .option('--dry-run', 'of a list: say what is finished and what is missing')
    .option('--workflow', 'of a list: only write the GitHub Actions workflow that mines it')
    .option('--force', 'with --workflow: replace a file that differs')
    .action(runMine);
}

async function runMine(flags: Flags & MineFlags): Promise<void> {
  const { readMineFlags } = await import('./commands/mine-flags.ts');
  const asked = readMineFlags(flags);
  if (asked.kind === 'one') return await mineOne(flags, asked);
  const { renderMined, renderMineWorkflow } = await import('./commands/mine-text.ts');
  if (asked.kind === 'workflow') {
    const { writeMineWorkflow } = await import('./commands/mine-workflow.ts');
    const result = await writeMineWorkflow(asked.options);
    print(flags, result, renderMineWorkflow);
    if (result.file.outcome === 'differs') process.exitCode = EXIT.usage;
    return;
  }
  const { mineAll } = await import('./commands/mine-all.ts');
  const report = await mineAll({ ...asked.options, onProgress: commandOptions(flags).onProgress });
  print(flags, report, renderMined);
  if (report.broken.length + report.missing.length > 0) process.exitCode = EXIT.findings;
}

async function mineOne(flags: Flags, { out, after, maxPrefix }: MineOne): Promise<void> {
  const { mine } = await import('./commands/mine.ts');
  const { openTaskWriter } = await import('./commands/task-writer.ts');
  const writer = openTaskWriter(out);
  const summary = await mine(writer.write, { ...commandOptions(flags), after, maxPrefix });
  await writer.close();
  if (out === '-') return;
  const render = () => `${summary.tasks} tasks of ${summary.commits} commits`;
  print(flags, { schema: 'code2lora/mine@1', ...summary }, render);
}

interface BenchFlags extends Omit<Flags, 'repo' | 'parts' | 'maxHistory'> {
  repositories: string;
  out?: string;
  methods?: string;
  perRepository?: number;
  maxHistory?: number;
  work?: string;
  clones?: string;
  cut?: string;
  reportOnly?: boolean;
  mutations?: boolean;
  split?: string;
  calibrate?: string;
  prior?: number;
}

/** Not with the options of the others: it reads no repository of the user's. */
function defineBench(program: Command): void {
  program
    .command('bench')
    .description(
      'measure the adapters on the repositories of a list, and write the tables: docs/benchmarking.md',
    )
    .requiredOption('--repositories <list>', 'the repositories, one a line: docs/mining.md')
    .option(
      '--out <file>',
      'the document (default: docs/benchmark.md); scores and plots lie in a folder beside it',
    )
    .option('--methods <names>', 'what to compare, with commas between (default: all that the pack can do)')
    .option('--per-repository <count>', 'most assertions of a repository (default: 24)', parseCount)
    .option(
      '--max-history <commits>',
      'most commits of a history that are walked, the newest (default: 240)',
      (text) => parsePositive(text, '--max-history'),
    )
    .option('--work <folder>', 'for clones and what is computed on the way (default: .code2lora-bench)')
    .option('--clones <folder>', 'where repositories are cloned to (default: WORK/clones)')
    .option('--cut <day>', 'repositories created on this day or later are a table of their own')
    .option('--report-only', 'write the document anew from the scores')
    .option('--mutations', 'measure how well mistakes are told from right values: docs/calibration.md')
    .option('--split <name>', 'only repositories of this split or role, such as test or validation')
    .option(
      '--calibrate <file>',
      'with --mutations: write the calibration for a model pack to this JSON file',
    )
    .option('--prior <share>', 'with --mutations: share of new values that is wrong (default: 0.1)', Number)
    .option('--model <pack>', 'model pack: a name or a folder')
    .option('--device <device>', 'what models run on: auto, cpu, webgpu, cuda, coreml, dml')
    .option('--max-memory <size>', 'most memory for the models, such as 3G')
    .option('--json', 'print the report as JSON')
    .option('--quiet', 'no progress; only results and errors')
    .action(runBench);
}

async function runBench(flags: BenchFlags): Promise<void> {
  if (flags.mutations) return await runMutations(flags);
  if ((flags.calibrate ?? flags.prior) !== undefined)
    throw new UsageError('--calibrate and --prior go with --mutations: add it, or leave them out.');
  const { bench } = await import('./commands/bench.ts');
  const { renderBench } = await import('./commands/bench-text.ts');
  const { methods, quiet, json, ...rest } = flags;
  const shared = { repo: '.', ...(quiet ? { quiet } : {}), ...(json ? { json } : {}) };
  const { onProgress } = commandOptions(shared);
  const names = methods?.split(',').map((name) => name.trim());
  const report = await bench({ ...rest, methods: names, onProgress });
  print(shared, report, renderBench);
  if (report.broken.length > 0) process.exitCode = EXIT.findings;
}

async function runMutations({ methods, cut, quiet, json, ...flags }: BenchFlags): Promise<void> {
  if (methods ?? cut) throw new UsageError('--methods and --cut do not go with --mutations: leave them out.');
  const { benchMutations } = await import('./commands/mutations.ts');
  const { renderMutations } = await import('./commands/mutations-text.ts');
  const shared = { repo: '.', ...(quiet ? { quiet } : {}), ...(json ? { json } : {}) };
  const { onProgress } = commandOptions(shared);
  const report = await benchMutations({ ...flags, onProgress });
  print(shared, report, renderMutations);
  if (report.broken.length > 0) process.exitCode = EXIT.findings;
}

interface HealthFlags extends Flags {
  assertions?: number;
  reAnchor?: boolean;
}

function defineHealth(define: Define): void {
  define('health', "does the adapter know this repository? measured on the repository's newest assertions")
    .option('--assertions <count>', 'at most so many (default: 40)', parseCount)
    .option('--re-anchor', 'let the next walk start anew from the repository as it stands at HEAD')
    .action(runHealth);
}

async function runHealth(flags: HealthFlags): Promise<void> {
  const { health } = await import('./commands/health.ts');
  const { renderHealth } = await import('./report/health.ts');
  const { assertions, reAnchor } = flags;
  const report = await health({ ...commandOptions(flags), assertions, reAnchor });
  print(flags, report, renderHealth);
  if (report.verdict === 'harmful') process.exitCode = EXIT.findings;
}
