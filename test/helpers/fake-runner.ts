/**
 * A stand-in for GitHub's runner: runs the built Action as the runner would, and reads what it left behind.
 *
 * In: a checkout, an event with its payload, inputs. Out: exit status, outputs, summary, annotations, log. The
 * bundle is `dist/action.js` of this checkout (test/action/bundle.test.ts holds it against src/), started as a
 * process of its own with a runner's environment and nothing else; inputs get the defaults of action.yml. ONNX
 * Runtime lies in a prepared tool cache, and the registry is an address where nobody answers.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { nativeFilesFor, nativeMachine, readNativeManifest } from '../../src/action/native-manifest.ts';
import type { ActionReport } from '../../src/report/schema.ts';
import { temporaryFolder } from './git-repo.ts';
import { parseOutputs, parseStdout, type RunnerLog } from './runner-files.ts';

export interface StepOptions {
  /** Of the checkout: GITHUB_WORKSPACE. */
  workspace: string;
  event: string;
  payload: object;
  sha: string;
  ref: string;
  /** Full name. */
  repository: string;
  repositoryId: number;
  apiUrl: string;
  token: string;
  inputs?: Readonly<Record<string, string>>;
  /** On top of the runner's; undefined removes one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** The process is ended when it takes longer; default: a minute. */
  deadlineMs?: number;
}

export interface StepResult extends RunnerLog {
  status: number | null;
  outputs: Record<string, string>;
  /** Markdown. */
  summary: string;
  /** What the output `report` points to. */
  report: ActionReport | null;
  stderr: string;
  ms: number;
}

/** Folder of the Action: the checkout of this repository, or another build of it. */
export const ACTION_FOLDER = resolve(process.env.CODE2LORA_ACTION ?? '.');
const ACTION = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default: string }>;
  runs: { main: string };
};
const DEADLINE_MS = 60_000;

/** Runs one step. What the Action prints and how it ends is never an error here. */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const folder = temporaryFolder();
  const files = runnerFiles(folder);
  writeFileSync(join(folder, 'event.json'), JSON.stringify(options.payload));
  const env = {
    ...runnerEnvironment(options, folder),
    ...files,
    ...inputEnvironment(options),
    ...options.env,
  };
  const begun = performance.now();
  const { status, stdout, stderr } = await run(env, options);
  const outputs = parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
  const { report = '' } = outputs;
  return {
    status,
    outputs,
    ...parseStdout(stdout),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    report: existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as ActionReport) : null,
    stderr,
    ms: performance.now() - begun,
  };
}

let toolCache: string | undefined;

/** A tool cache as a first run leaves it, made of the installed packages. */
export function preparedToolCache(): string {
  if (toolCache !== undefined) return toolCache;
  toolCache = temporaryFolder();
  const manifest = readNativeManifest(join(ACTION_FOLDER, 'dist/native'));
  const machine = nativeMachine();
  const { shipped, libraries } = nativeFilesFor(manifest, machine);
  const place = `code2lora-onnxruntime/${manifest.version}/${machine.platform}-${machine.arch}/node_modules`;
  for (const { path } of [...shipped, ...libraries])
    linkOrCopy(join('node_modules', path), join(toolCache, place, path));
  return toolCache;
}

function linkOrCopy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to); // another file system
  }
}

/** The five files that the runner makes before a step, by the variable that names them. */
function runnerFiles(folder: string) {
  const file = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, '');
    return path;
  };
  return {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
  };
}

function runnerEnvironment(options: StepOptions, folder: string): Record<string, string> {
  mkdirSync(join(folder, 'temp'));
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|LANG|LC_.*|SystemRoot|TEMP|TMP)$/.test(name),
  );
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    ...{ HOME: folder, GIT_CONFIG_NOSYSTEM: '1', CI: 'true', GITHUB_ACTIONS: 'true' },
    ...{ GITHUB_REPOSITORY: options.repository, GITHUB_REPOSITORY_ID: String(options.repositoryId) },
    ...{ GITHUB_SHA: options.sha, GITHUB_REF: options.ref },
    ...{ GITHUB_EVENT_NAME: options.event, GITHUB_EVENT_PATH: join(folder, 'event.json') },
    ...{ GITHUB_API_URL: options.apiUrl, GITHUB_GRAPHQL_URL: `${options.apiUrl}/graphql` },
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_WORKSPACE: options.workspace },
    ...{ GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'code2lora', GITHUB_ACTION_PATH: ACTION_FOLDER },
    ...{ RUNNER_OS: 'Linux', RUNNER_TEMP: join(folder, 'temp'), RUNNER_TOOL_CACHE: preparedToolCache() },
    npm_config_registry: 'http://127.0.0.1:9/',
  };
}

/** As the runner does it: upper case, blanks to underscores, dashes stay. */
function inputEnvironment({ inputs = {}, token }: StepOptions): Record<string, string> {
  const values = Object.entries(ACTION.inputs).map(([name, { default: text }]) => {
    const value = inputs[name] ?? text.replace(/\$\{\{ github\.token \}\}/, token);
    return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value];
  });
  const unknown = Object.keys(inputs).filter((name) => !(name in ACTION.inputs));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`);
  return Object.fromEntries(values);
}

async function run(env: NodeJS.ProcessEnv, { workspace: cwd, deadlineMs = DEADLINE_MS }: StepOptions) {
  const child = spawn(process.execPath, [join(ACTION_FOLDER, ACTION.runs.main)], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, ...texts };
}
