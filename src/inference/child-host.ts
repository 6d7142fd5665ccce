/**
 * Models in a process of their own: a queue of calls, and what happens when it ends.
 *
 * In: calls. Out: their answers, in order; one call is worked on at a time. However the process ends, every call
 * that waits is rejected with the reason, and this process goes on.
 */
import { InternalError, ModelError } from '../errors.ts';
import type { Ask, CallName } from './calls.ts';
import { type Cause, describeEnd } from './failure.ts';
import { watchMemory } from './memory-watch.ts';
import { type Answer, receivedError, type Settings } from './protocol.ts';
import { createSilenceAlarm } from './silence.ts';
import { type InferenceProcess, startInference } from './spawn.ts';

export interface ChildHostOptions {
  limitOf(name: CallName): number;
  /** null: none. */
  maxMemoryBytes: number | null;
}

export interface ChildHost {
  ask: Ask;
  readonly pid: number | undefined;
  /** Kills the process; calls that wait are rejected. */
  end(): Promise<void>;
}

interface Job {
  id: number;
  name: CallName;
  args: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Far more than the stages ever ask at once: they wait for answers. */
const MAX_WAITING = 10_000;

/** Starts the process; it gets ready while the caller goes on. */
export function startChildHost(settings: Settings, options: ChildHostOptions): ChildHost {
  const host = new Host(settings, options);
  return {
    // An answer has the type of its call: both sides share `Calls`.
    ask: ((name: CallName, ...args: unknown[]) => host.ask(name, args)) as Ask,
    pid: host.process.pid,
    end: () => host.end(),
  };
}

class Host {
  readonly process: InferenceProcess;
  private readonly limitOf: (name: CallName) => number;
  private readonly alarm = createSilenceAlarm((silentMs) => this.kill({ kind: 'silence', silentMs }));
  private readonly memory: ReturnType<typeof watchMemory>;
  private readonly waiting: Job[] = [];
  private current: Job | undefined;
  private cause: Cause | undefined;
  private failure: Error | undefined;
  private count = 0;

  constructor(settings: Settings, { limitOf, maxMemoryBytes }: ChildHostOptions) {
    this.limitOf = limitOf;
    this.process = startInference(settings, (answer) => this.hear(answer));
    this.memory = watchMemory(this.process.pid, {
      limitBytes: maxMemoryBytes,
      onExceeded: (bytes) => this.kill({ kind: 'memory', bytes, limitBytes: maxMemoryBytes as number }),
    });
    void this.process.ended.then((end) => {
      this.fail(describeEnd(end, { cause: this.cause, calls: this.unanswered(), limitOf }));
    });
  }

  ask(name: CallName, args: readonly unknown[]): Promise<unknown> {
    if (this.failure) return Promise.reject(this.failure);
    if (this.waiting.length >= MAX_WAITING) {
      return Promise.reject(new InternalError(`More than ${MAX_WAITING} calls wait for the models.`));
    }
    this.count += 1;
    const id = this.count;
    return new Promise((resolve, reject) => {
      this.waiting.push({ id, name, args, resolve, reject });
      this.next();
    });
  }

  async end(): Promise<void> {
    this.failure ??= new ModelError('The models were closed while they were in use.');
    this.kill({ kind: 'closed' });
    await this.process.ended;
  }

  private hear(answer: Answer): void {
    this.alarm.heard();
    this.memory.hear(answer.residentBytes);
    const job = this.current;
    if (answer.kind === 'alive' || answer.id !== job?.id) return;
    this.alarm.stop();
    this.current = undefined;
    if (answer.kind === 'value') job.resolve(answer.value);
    else job.reject(receivedError(answer.error));
    this.next();
  }

  private next(): void {
    if (this.current || this.cause) return;
    this.current = this.waiting.shift();
    this.process.hold(this.current !== undefined);
    if (!this.current) return;
    const { id, name, args } = this.current;
    this.alarm.start(this.limitOf(name));
    this.process.send({ id, name, args });
  }

  private kill(cause: Cause): void {
    this.cause ??= cause;
    this.process.hold(true);
    this.process.kill();
  }

  private fail(failure: Error): void {
    this.alarm.stop();
    this.memory.stop();
    this.failure ??= failure;
    for (const { reject } of this.unanswered()) reject(this.failure);
    this.current = undefined;
    this.waiting.length = 0;
  }

  private unanswered(): Job[] {
    return [...(this.current ? [this.current] : []), ...this.waiting];
  }
}
