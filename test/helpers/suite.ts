/**
 * The one way to write a test file: uvu's suite with a time limit for each test, a `slow` tag, `rejects`
 * for async errors, and a `run()` that nobody can forget (the runner checks that every file called it).
 */
import { suite as uvuSuite } from 'uvu';
import * as assert from 'uvu/assert';

export { assert };

const TIMEOUT_MS = Number(process.env.CODE2LORA_TEST_TIMEOUT_MS ?? 60_000);
const FAST_ONLY = process.env.CODE2LORA_TEST_TIER === 'fast';

// A GPU that the machine happens to have would change the last bits of what tests compare.
process.env.CODE2LORA_DEVICE ??= 'cpu';

type Body = () => void | Promise<void>;
export interface Suite {
  (name: string, body: Body): void;
  /** A test of more than about a second: left out of the fast tier. */
  slow(name: string, body: Body): void;
  /** Runs after the last test of the file. */
  after(body: Body): void;
  run(): void;
}

export function suite(name: string): Suite {
  const tests = uvuSuite(name);
  let count = 0;
  const add = (title: string, body: Body) => {
    count += 1;
    tests(title, () => withTimeout(title, body));
  };
  return Object.assign(add, {
    slow: (title: string, body: Body) => (FAST_ONLY ? undefined : add(title, body)),
    after: (body: Body) => void tests.after(body),
    run: () => {
      process.stdout.write(`\n##suite ${count}\n`);
      if (count > 0) tests.run();
    },
  });
}

/** Fails unless the promise rejects; checks the class and what the message says. */
export async function rejects(
  promise: Promise<unknown>,
  type: new (...args: never[]) => Error,
  message?: RegExp,
): Promise<void> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof type)) {
    throw outcome instanceof Error ? outcome : new Error(`expected a rejection with ${type.name}`);
  }
  if (message) assert.match(outcome.message, message);
}

async function withTimeout(title: string, body: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${title}" took longer than ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(body), late]);
  } finally {
    clearTimeout(timer);
  }
}
