/**
 * The program that the hooks start in tests: our real src/hook.ts, bundled as in a release, beside a fake cli.js.
 *
 * Hooks run in processes of their own that know nothing of tsx, so sources cannot be used as they are.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { openRepository, type Repository } from '../../src/git/run.ts';
import { applyInstall, type InstallOptions, type InstallPlan, planInstall } from '../../src/hooks/install.ts';
import type { WorkRequest } from '../../src/hooks/requests.ts';
import type { HookProgram } from '../../src/hooks/templates.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';

// The hooks do nothing on a build server, and these tests must run on one.
for (const name of ['CI', 'CODE2LORA', 'HUSKY']) delete process.env[name];
process.env.HOME = temporaryFolder(); // husky reads ~/.config/husky/init.sh
delete process.env.XDG_CONFIG_HOME;

/** Bundles once for each test file. */
export async function buildProgram(): Promise<HookProgram> {
  const folder = temporaryFolder();
  for (const [name, input] of Object.entries({ hook: 'src/hook.ts', cli: 'test/hooks/fake-cli.ts' })) {
    const build = await rolldown({ input, external: [/^node:/], platform: 'node', logLevel: 'silent' });
    await build.write({ file: join(folder, `${name}.js`), format: 'esm' });
    await build.close();
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return { node: process.execPath, hook: join(folder, 'hook.js') };
}

const opened = new Map<string, Promise<Repository>>();

/** Asks git about a repository once: that it is there, where its folders are. */
export function openOnce(folder: string): Promise<Repository> {
  const repository = opened.get(folder) ?? openRepository(folder);
  opened.set(folder, repository);
  return repository;
}

export async function install(folder: string, options: InstallOptions): Promise<InstallPlan> {
  const plan = await planInstall(await openOnce(folder), options);
  await applyInstall(plan);
  return plan;
}

export interface TaskEvent {
  event: 'start' | 'end';
  pid: number;
  heads: string[];
  requests: WorkRequest[];
  leaked: string[];
  cwd: string;
  nice: number;
}

/** What the fake tasks wrote down. */
export function taskEvents(stateFolder: string): TaskEvent[] {
  const path = join(stateFolder, 'fake-task.log');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as TaskEvent);
}

/** Looks again and again until `look` finds something; fails after ten seconds. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited 10 s for ${what}`);
}

/** Every file and folder with its bytes and mode, as one comparable value; git's own books are left out. */
export function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  const ours = names.filter((name) => !/^\.git\/(objects|logs|index|refs|COMMIT_EDITMSG)/.test(name)).sort();
  return Object.fromEntries(ours.map((name) => [name, describeFile(join(folder, name))]));
}

function describeFile(path: string): string {
  const { mode } = lstatSync(path);
  return `${(mode & 0o7777).toString(8)} ${statSync(path).isFile() ? readFileSync(path, 'latin1') : ''}`;
}
