/**
 * A program of the other side (torch, Python tokenizers, transformers.js) that stays open and is asked for work.
 *
 * In: a command. Out: answers to questions, one JSON value a line each way; the program times itself. Knows nothing
 * about what is asked.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { threadCount } from '../../src/runtime/cpu.ts';

export type Answer = Readonly<Record<string, unknown>> & { ms: number };

export interface Side extends AsyncDisposable {
  /** Throws what the program says went wrong. */
  ask(operation: string, values?: object): Promise<Answer>;
}

/** Starts the program; as many threads as ours. */
export function openSide(command: string, args: readonly string[]): Side {
  const threads = String(threadCount());
  // As its user would start it: what our own inference process sets for itself is not passed on.
  const { GLIBC_TUNABLES: _, ...env } = process.env;
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, OMP_NUM_THREADS: threads, TOKENIZERS_PARALLELISM: 'false', HF_HUB_OFFLINE: '1' },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = failureOf(child);
  return {
    async ask(operation, values = {}) {
      child.stdin.write(`${JSON.stringify({ operation, ...values })}\n`);
      const { value } = await Promise.race([answers.next(), failed]);
      const answer = JSON.parse((value as string | undefined) ?? '{"error": "the program ended"}');
      if (answer.error) throw new Error(`${operation}: ${answer.error}`);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('close', resolve));
    },
  };
}

/** Never resolves; rejects when the program cannot be started. A closed pipe is noticed by the missing answer. */
function failureOf(child: ChildProcess): Promise<never> {
  child.stdin?.on('error', () => {});
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  return failed;
}

/**
 * The Python side, by the interpreter that PYTHON names. Undefined, after a line that says why, when it lacks one of
 * the modules.
 */
export async function openPython(modules: readonly string[]): Promise<Side | undefined> {
  const python = process.env.PYTHON ?? 'python3';
  const side = openSide(python, ['-u', 'bench/official/python_side.py']);
  try {
    const { versions } = await side.ask('versions', { modules });
    console.log(`  compared with ${versions}, ${threadCount()} threads`);
    return side;
  } catch (error) {
    await side[Symbol.asyncDispose]();
    console.log(`  NOT COMPARED with ${modules[0]}: ${python}: ${(error as Error).message}`);
    return undefined;
  }
}
