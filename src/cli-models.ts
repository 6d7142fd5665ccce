/**
 * The `models` command: its arguments → commands/models.ts → text and exit code.
 *
 * Like the others, each part is loaded when it is asked for.
 */
import type { Command } from 'commander';
import {
  renderModels,
  renderModelsImport,
  renderModelsPull,
  renderModelsRemove,
  renderModelsVerify,
  renderPullPlan,
} from './report/packs-texts.ts';
import { createTransferLine } from './report/transfer-line.ts';
import { EXIT, print } from './terminal.ts';

interface ModelFlags {
  json?: boolean;
  quiet?: boolean;
}

interface BuildFlags extends ModelFlags {
  precision?: string;
  measure: boolean;
}

const PRECISION_HELP = 'fp32, int8 (default) or int4';
const collect = (value: string, list: readonly string[] = []): string[] => [...list, value];

export function defineModels(program: Command): void {
  const models = program
    .command('models')
    .description('model packs: what is here, download, import, check, remove');
  defineList(models);
  definePull(models);
  defineImport(models);
  defineVerify(models);
  defineRemove(models);
}

function defineList(models: Command): void {
  define(
    models,
    'list',
    'packs that came with the package or lie in the cache, and what could be pulled',
  ).action(async (flags: ModelFlags) => {
    const { listModels } = await import('./commands/models.ts');
    show(flags, listModels(), renderModels);
  });
}

function definePull(models: Command): void {
  define(models, 'pull <name>', 'download the published models once: official or official-static')
    .option('--precision <precision>', PRECISION_HELP)
    .option('--offline', 'use what the Hugging Face cache on this machine has, ask nobody')
    .option('--revision <revision>', 'instead of a fixed one: owner/name@commit; may be given again', collect)
    .option('--no-measure', 'do not run the models to see what the precision costs')
    .action(async (name: string, flags: BuildFlags & { offline?: boolean; revision?: string[] }) => {
      const { pullModel } = await import('./commands/models.ts');
      const { precision, offline, revision: revisions, measure } = flags;
      const line = progressOf(flags);
      const onPlan = (plan: Parameters<typeof renderPullPlan>[0]) =>
        flags.quiet ? undefined : line.note(renderPullPlan(plan));
      const options = { precision, offline, revisions, measure, onPlan, ...line.options };
      show(flags, await line.during(pullModel(name, options)), renderModelsPull);
    });
}

interface ImportFlags extends BuildFlags {
  name: string;
  baseModel?: string;
  encoder?: string;
  license?: string;
}

function defineImport(models: Command): void {
  const description =
    'make a pack of local files: a pack, the published models, a checkpoint, a PEFT adapter';
  define(models, 'import <path>', description)
    .requiredOption('--name <name>', 'what --model will call it')
    .option('--base-model <dir>', 'folder of the base model, if it is not in <path>')
    .option('--encoder <dir>', 'folder of the encoder, if it is not in <path>')
    .option('--license <text>', 'licence of the weights, for reports')
    .option('--precision <precision>', PRECISION_HELP)
    .option('--no-measure', 'do not run the models to see what the precision costs')
    .action(async (path: string, { json, quiet, ...options }: ImportFlags) => {
      const { importModel } = await import('./commands/models.ts');
      const flags = { ...(json ? { json } : {}), ...(quiet ? { quiet } : {}) };
      const line = progressOf(flags);
      const result = await line.during(importModel(path, { ...options, ...line.options }));
      show(flags, result, renderModelsImport);
    });
}

function defineVerify(models: Command): void {
  define(models, 'verify [name]', 'hash every file and compare with what it was').action(
    async (name: string | undefined, flags: ModelFlags) => {
      const { verifyModels } = await import('./commands/models.ts');
      const line = progressOf(flags);
      const report = await line.during(verifyModels({ name, ...line.options }));
      show(flags, report, renderModelsVerify);
      if (report.packs.some(({ problems }) => problems.length > 0)) process.exitCode = EXIT.findings;
    },
  );
}

function defineRemove(models: Command): void {
  define(models, 'remove <name>', 'remove a pack from the cache')
    .option('--forget', 'forget which files were pulled, too: the next pull takes what is published then')
    .action(async (name: string, flags: ModelFlags & { forget?: boolean }) => {
      const { removeModel } = await import('./commands/models.ts');
      const line = progressOf(flags);
      const removal = removeModel(name, { forget: flags.forget, ...line.options });
      show(flags, await line.during(removal), renderModelsRemove);
    });
}

function define(models: Command, spec: string, description: string): Command {
  return models
    .command(spec)
    .description(description)
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress; only results and errors');
}

const show = <T>(flags: ModelFlags, result: T, render: (result: T) => string): void =>
  print({ repo: '.', ...flags }, result, render);

/** Progress goes to standard error; where nobody watches, a line now and then, for the log of a CI job. */
function progressOf(flags: ModelFlags) {
  const { stderr } = process;
  const line = createTransferLine({ write: (text) => stderr.write(text), isTerminal: stderr.isTTY === true });
  const options = flags.quiet
    ? {}
    : { onProgress: line.show, onNote: (text: string) => line.note(`note      ${text}`) };
  return {
    options,
    note: line.note,
    async during<T>(work: Promise<T>): Promise<T> {
      try {
        return await work;
      } finally {
        line.clear();
      }
    },
  };
}
