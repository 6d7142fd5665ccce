#!/usr/bin/env node
/**
 * Arguments → command → text and exit code. The only reader of argv.
 *
 * Reports go to standard output; progress and errors to standard error. Exit codes: 0 done, 1 findings that
 * --fail-on names, a difference found by `verify` or an error by `doctor`, 2 the user can fix it, 3 git, a
 * model or stored state failed, or a bug.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { check, run } from './commands/check.ts';
import { complete } from './commands/complete.ts';
import { doctor } from './commands/doctor.ts';
import { exportAdapter } from './commands/export.ts';
import { init, uninstall } from './commands/init.ts';
import { mine } from './commands/mine.ts';
import { prune } from './commands/prune.ts';
import { status } from './commands/status.ts';
import { openTaskWriter } from './commands/task-writer.ts';
import { verify } from './commands/verify.ts';
import { work } from './commands/work.ts';
import { packageFile } from './commands/workspace.ts';
import { GitError, ModelError, SnapshotError, UsageError } from './errors.ts';
import { wakeWorker } from './hooks/wake.ts';
import { renderCandidates, renderCheck, renderStatus } from './report/console.ts';
import { progressLine } from './report/progress.ts';
import type { CheckReport } from './report/schema.ts';
import {
  renderDoctor,
  renderExport,
  renderInit,
  renderPrune,
  renderUninstall,
  renderVerify,
} from './report/texts.ts';

const EXIT = { findings: 1, usage: 2, failure: 3 } as const;
const ISSUES = 'the issue tracker named in package.json';

const FAIL_ON = ['never', 'surprising', 'open'] as const;
type FailOn = (typeof FAIL_ON)[number];
const FAIL_ON_HELP = 'exit with 1 on: never, surprising, open (open or surprising)';

interface CheckFlags extends Flags {
  failOn: string;
}

interface Flags {
  repo: string;
  model?: string;
  json?: boolean;
  quiet?: boolean;
}

const program = new Command('code2lora')
  .description("Turns a repository's history into a LoRA adapter and checks its assertions with it.")
  .version(packageVersion())
  .showHelpAfterError('(run with --help for the options)')
  .configureHelp({ sortSubcommands: false });

define('init', 'install the hooks, write the configuration')
  .option('--yes', 'do not ask')
  .option('--mode <mode>', 'auto, husky, hooks-dir or git-config', 'auto')
  .option('--write', 'put the entry into the configuration of lefthook or pre-commit')
  .action(async (flags: Flags & { yes?: boolean; mode: string; write?: boolean }) => {
    const { mode, yes, write } = flags;
    print(flags, await init({ ...common(flags), mode, yes, write, ask: askOnTerminal }), renderInit);
  });

define('run', 'update the adapter to HEAD, check the assertions that changed since the last check')
  .option('--fail-on <verdict>', FAIL_ON_HELP, 'never')
  .action(async (flags: CheckFlags) => {
    const failOn = failOnOf(flags.failOn);
    report(flags, await run(common(flags)), { details: false, failOn });
  });

define('check [range]', 'check the assertions of a range of commits (A..B), or of the whole repository')
  .option('--all', 'every assertion of HEAD')
  .option('--fail-on <verdict>', FAIL_ON_HELP, 'never')
  .action(async (range: string | undefined, flags: CheckFlags & { all?: boolean }) => {
    const failOn = failOnOf(flags.failOn);
    if (range !== undefined && flags.all) throw new UsageError('Give a range or --all, not both.');
    report(flags, await check({ ...common(flags), range, all: flags.all }), {
      details: !flags.quiet,
      failOn,
    });
  });

define('complete <place>', 'candidates for the expected value at FILE:LINE or FILE:LINE:COLUMN').action(
  async (place: string, flags: Flags) => {
    const report = await complete(place, common(flags));
    print(flags, report, () => report.assertions.map(renderCandidates).join('\n\n'));
  },
);

define('status', 'which commit the adapter stands at, what the last check found').action(
  async (flags: Flags) => print(flags, await status(common(flags)), renderStatus),
);

define('mine', 'write every assertion event of the history as JSON lines')
  .requiredOption('--out <file>', 'where to write; - for standard output')
  .option('--after <commit>', 'only what came after this commit')
  .option('--max-prefix <characters>', 'longest prefix to keep; 0 for the whole file above', '8192')
  .action(async (flags: Flags & { out: string; after?: string; maxPrefix: string }) => {
    const writer = openTaskWriter(flags.out);
    const summary = await mine(writer.write, {
      ...common(flags),
      after: flags.after,
      maxPrefix: countOf(flags.maxPrefix),
    });
    await writer.close();
    const text = () => `${summary.tasks} tasks of ${summary.commits} commits`;
    if (flags.out !== '-') print(flags, { schema: 'code2lora/mine@1', ...summary }, text);
  });

define('export', 'write the adapter of HEAD for other programs')
  .option('--format <format>', 'peft', 'peft')
  .requiredOption('--out <dir>', 'a new or empty folder')
  .action(async (flags: Flags & { format: string; out: string }) =>
    print(
      flags,
      await exportAdapter({ ...common(flags), format: flags.format, out: flags.out }),
      renderExport,
    ),
  );

define('verify', 'rebuild the snapshot from the history and compare it with the stored one').action(
  async (flags: Flags) => {
    const report = await verify(common(flags));
    print(flags, report, renderVerify);
    if (!report.withinTolerance) process.exitCode = EXIT.findings;
  },
);

define('doctor', 'check the installation, the hooks and the stored state').action(async (flags: Flags) => {
  const report = await doctor(common(flags));
  print(flags, report, renderDoctor);
  if (report.findings.some(({ level }) => level === 'error')) process.exitCode = EXIT.findings;
});

define('prune', 'remove snapshots that the retention rule does not keep')
  .option('--damaged', 'only damaged ones')
  .option('--dry-run', 'say what would go')
  .action(async (flags: Flags & { damaged?: boolean; dryRun?: boolean }) =>
    print(
      flags,
      await prune({ ...common(flags), damaged: flags.damaged, dryRun: flags.dryRun }),
      renderPrune,
    ),
  );

define('uninstall', 'remove the hooks and the configuration that init wrote')
  .option('--yes', 'do not ask')
  .option('--purge', 'remove the stored snapshots and embeddings too')
  .action(async (flags: Flags & { yes?: boolean; purge?: boolean }) =>
    print(flags, await uninstall({ ...common(flags), purge: flags.purge }), renderUninstall),
  );

program
  .command('hook <name> [args...]', { hidden: true })
  .action(
    (name: string, args: string[]) => void wakeWorker(name, args, { cli: fileURLToPath(import.meta.url) }),
  );

program
  .command('worker', { hidden: true })
  .option('--repo <dir>', '', '.')
  .action(async (flags: { repo: string }) => work({ repo: flags.repo }));

await main();

async function main(): Promise<void> {
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    progressLine.clear();
    const { text, code } = describe(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
}

/** Adds a command with the options that every command takes. */
function define(spec: string, description: string): Command {
  return program
    .command(spec)
    .description(description)
    .option('--repo <dir>', 'a folder inside the repository', '.')
    .option('--model <pack>', 'model pack: a name or a folder')
    .option('--json', 'print the report as JSON')
    .option('--quiet', 'no progress; only findings and errors');
}

function common(flags: Flags) {
  const silent = flags.quiet || flags.json || !process.stderr.isTTY;
  return { repo: flags.repo, model: flags.model, onProgress: silent ? undefined : progressLine.show };
}

function print<T>(flags: Flags, report: T, render: (report: T) => string): void {
  progressLine.clear();
  const text = flags.json ? JSON.stringify(report, null, 2) : render(report);
  if (text !== '') process.stdout.write(`${text}\n`);
}

function report(
  flags: Flags,
  found: CheckReport,
  { details, failOn }: { details: boolean; failOn: FailOn },
): void {
  print(flags, found, () => renderCheck(found, { details }));
  const { surprising, open } = found.summary;
  const count = { never: 0, surprising, open: surprising + open }[failOn];
  if (count > 0) process.exitCode = EXIT.findings;
}

function failOnOf(text: string): FailOn {
  const known = FAIL_ON.find((value) => value === text);
  if (known) return known;
  throw new UsageError(`Unknown value "${text}" of --fail-on.\nExpected one of: ${FAIL_ON.join(', ')}.`);
}

function describe(error: unknown): { text: string; code: number } {
  if (error instanceof UsageError) return { text: `code2lora: ${error.message}`, code: EXIT.usage };
  if (error instanceof GitError || error instanceof ModelError || error instanceof SnapshotError) {
    return { text: `code2lora: ${error.message}`, code: EXIT.failure };
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return {
    text: `code2lora: an unexpected error; please report it at ${ISSUES}.\n${stack}`,
    code: EXIT.failure,
  };
}

function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is not a count.\nExpected a whole number, 0 or more.`);
}

async function askOnTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function packageVersion(): string {
  const manifest = packageFile('package.json');
  return manifest ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : 'unknown';
}
