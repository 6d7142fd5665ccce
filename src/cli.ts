#!/usr/bin/env node
/**
 * Arguments → command → text and exit code. The only reader of argv.
 *
 * Each command is loaded when it is asked for, so that `status` does not wait for the models' libraries.
 */
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { defineMeasuring } from './cli-measure.ts';
import { defineModels } from './cli-models.ts';
import { UsageError } from './errors.ts';
import { renderCandidates, renderStatus } from './report/console.ts';
import {
  renderDoctor,
  renderExport,
  renderInit,
  renderPrune,
  renderPull,
  renderUninstall,
  renderVerify,
  renderWorkflows,
} from './report/texts.ts';
import {
  askOnTerminal,
  commandOptions,
  EXIT,
  exitAsUsage,
  FAIL_ON_HELP,
  type Flags,
  packageVersion,
  parseFailOn,
  print,
  printCheck,
  printError,
} from './terminal.ts';

const program = new Command('code2lora')
  .description("Turns a repository's history into a LoRA adapter and checks its assertions with it.")
  .version(packageVersion())
  .exitOverride(exitAsUsage)
  .showHelpAfterError('(run with --help for the options)');

define('init', 'install the hooks, write the configuration')
  .option('--yes', 'do not ask')
  .option('--mode <mode>', 'auto, husky, hooks-dir or git-config', 'auto')
  .option('--write', 'put the entry into the configuration of lefthook or pre-commit')
  .option('--workflow [kind]', 'only write the workflow files for GitHub Actions: cpu (default) or gpu')
  .option('--action <reference>', 'with --workflow: the action to use, OWNER/REPO@REF')
  .option('--runs-on <labels>', 'with --workflow gpu: label of the GPU runner')
  .option('--force', 'with --workflow: replace files that differ')
  .action(async (flags: InitFlags) => {
    if (flags.workflow !== undefined) return await initWorkflows(flags);
    if (flags.action ?? flags.runsOn ?? flags.force)
      throw new UsageError('--action, --runs-on and --force go with --workflow: add it, or leave them out.');
    const { init } = await import('./commands/init.ts');
    const { mode, yes, write } = flags;
    print(flags, await init({ ...commandOptions(flags), mode, yes, write, ask: askOnTerminal }), renderInit);
  });

define('run', 'update the adapter to HEAD, check the assertions that changed since the last check')
  .option('--fail-on <verdict>', FAIL_ON_HELP, 'never')
  .action(async (flags: Flags & { failOn: string }) => {
    const { run } = await import('./commands/check.ts');
    const failOn = parseFailOn(flags.failOn);
    printCheck(flags, await run(commandOptions(flags)), { details: false, failOn });
  });

define('check [range]', 'check the assertions of a range of commits (A..B), or of the whole repository')
  .option('--all', 'every assertion of HEAD')
  .option('--fail-on <verdict>', FAIL_ON_HELP, 'never')
  .action(async (range: string | undefined, flags: Flags & { all?: boolean; failOn: string }) => {
    const { check } = await import('./commands/check.ts');
    const failOn = parseFailOn(flags.failOn);
    if (range !== undefined && flags.all) throw new UsageError('Give a range or --all, not both.');
    const report = await check({ ...commandOptions(flags), range, all: flags.all });
    printCheck(flags, report, { details: !flags.quiet, failOn });
  });

define('complete <place>', 'candidates for the expected value at FILE:LINE or FILE:LINE:COLUMN').action(
  async (place: string, flags: Flags) => {
    const { complete } = await import('./commands/complete.ts');
    const report = await complete(place, commandOptions(flags));
    print(flags, report, () => report.assertions.map(renderCandidates).join('\n\n'));
  },
);

define('status', 'which commit the adapter stands at, what the last check found').action(
  async (flags: Flags) => {
    const { status } = await import('./commands/status.ts');
    print(flags, await status(commandOptions(flags)), renderStatus);
  },
);

define('export', 'write the adapter of HEAD for other programs')
  .option('--format <format>', 'peft (a folder), compact or gguf (a file)', 'peft')
  .option('--precision <precision>', 'fp32 or fp16', 'fp32')
  .requiredOption('--out <path>', 'a new or empty folder, or a file that ends with .safetensors or .gguf')
  .action(async (flags: Flags & { format: string; precision: string; out: string }) => {
    const { exportAdapter } = await import('./commands/export.ts');
    const { format, precision, out } = flags;
    print(flags, await exportAdapter({ ...commandOptions(flags), format, precision, out }), renderExport);
  });

define('pull', 'fetch the newest state that the GitHub Action has uploaded, instead of walking the history')
  .option('--repository <owner/name>', 'default: of the remote origin')
  .option('--artifact <name>', 'name of the artifact (default: code2lora-state)')
  .option('--branch <name>', 'branch whose runs are believed (default: the default branch)')
  .action(async (flags: Flags & { repository?: string; artifact?: string; branch?: string }) => {
    const { pull } = await import('./commands/pull.ts');
    const { repository, artifact, branch } = flags;
    print(flags, await pull({ ...commandOptions(flags), repository, artifact, branch }), renderPull);
  });

define('verify', 'rebuild the snapshot from the history and compare it with the stored one')
  .option('--artifact <file.zip>', 'compare a downloaded state artifact instead')
  .action(async (flags: Flags & { artifact?: string }) => {
    const { verify } = await import('./commands/verify.ts');
    const report = await verify({ ...commandOptions(flags), artifact: flags.artifact });
    print(flags, report, renderVerify);
    if (!report.withinTolerance) process.exitCode = EXIT.findings;
  });

define('doctor', 'check the installation, the hooks and the stored state').action(async (flags: Flags) => {
  const { doctor } = await import('./commands/doctor.ts');
  const report = await doctor(commandOptions(flags));
  print(flags, report, renderDoctor);
  if (report.findings.some(({ level }) => level === 'error')) process.exitCode = EXIT.findings;
});

define('prune', 'remove snapshots that the retention rule does not keep')
  .option('--all', 'every one; the next run builds them anew')
  .option('--damaged', 'only damaged ones')
  .option('--dry-run', 'say what would go')
  .action(async (flags: Flags & { all?: boolean; damaged?: boolean; dryRun?: boolean }) => {
    const { prune } = await import('./commands/prune.ts');
    const { all, damaged, dryRun } = flags;
    print(flags, await prune({ ...commandOptions(flags), all, damaged, dryRun }), renderPrune);
  });

define('uninstall', 'remove the hooks and the configuration that init wrote')
  .option('--yes', 'do not ask')
  .option('--purge', 'remove the stored snapshots and embeddings too')
  .option('--shared', 'remove our lines from hooks that came with the repository too')
  .action(async (flags: Flags & { purge?: boolean; shared?: boolean }) => {
    const { uninstall } = await import('./commands/init.ts');
    const { purge, shared } = flags;
    print(flags, await uninstall({ ...commandOptions(flags), purge, shared }), renderUninstall);
  });

defineMeasuring(program, define);
defineModels(program);

program.command('hook <name> [args...]', { hidden: true }).action(async (name: string, args: string[]) => {
  const { wakeWorker } = await import('./hooks/wake.ts');
  wakeWorker(name, args, { cli: fileURLToPath(import.meta.url) });
});

program
  .command('worker', { hidden: true })
  .option('--repo <dir>', '', '.')
  .action(async ({ repo }: { repo: string }) => {
    const { work } = await import('./commands/work.ts');
    await work({ repo });
  });

await program.parseAsync(process.argv).catch(printError);

interface InitFlags extends Flags {
  yes?: boolean;
  mode: string;
  write?: boolean;
  workflow?: true | string;
  action?: string;
  runsOn?: string;
  force?: boolean;
}

/** No hooks: those are for the machines that people commit on. */
async function initWorkflows({ workflow, action, runsOn, force, ...flags }: InitFlags): Promise<void> {
  const { writeWorkflows } = await import('./commands/workflow.ts');
  const kind = workflow === true ? 'cpu' : workflow;
  const result = await writeWorkflows({ repo: flags.repo, kind, action, runsOn, force });
  print(flags, result, renderWorkflows);
  if (result.files.some(({ outcome }) => outcome === 'differs')) process.exitCode = EXIT.usage;
}

/** Adds a command with the options that every command takes. */
function define(spec: string, description: string): Command {
  return program
    .command(spec)
    .description(description)
    .option('--repo <dir>', 'a folder inside the repository', '.')
    .option('--model <pack>', 'model pack: a name or a folder')
    .option('--device <device>', 'what models run on: auto, cpu, webgpu, cuda, coreml, dml')
    .option('--max-memory <size>', 'most memory for the models, such as 3G')
    .option('--max-history <commits>', 'begin this many commits ago, or "all": at the root of the history')
    .option('--parts <parts>', 'what the adapter is made of: some of gru,memory,refinement, or none')
    .option('--json', 'print the report as JSON')
    .option('--quiet', 'no progress; only findings and errors');
}
