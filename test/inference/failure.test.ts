import type { CallName } from '../../src/inference/calls.ts';
import { type Cause, describeEnd } from '../../src/inference/failure.ts';
import type { End } from '../../src/inference/spawn.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('inference/failure');
const END: End = { code: null, signal: 'SIGKILL', lastLine: '' };

function said(
  end: Partial<End>,
  name?: CallName,
  { cause, args = [] }: { cause?: Cause; args?: unknown[] } = {},
) {
  const calls = name === undefined ? [] : [{ name, args }];
  return describeEnd({ ...END, ...end }, { cause, calls, limitOf: () => 90_000 }).message;
}

test('an end that nobody here asked for: the signal, the exit code or the last words', () => {
  assert.match(
    said({}, 'score'),
    /killed by the system \(scoring a value\), probably because memory ran out/,
  );
  const aborted = said({ signal: 'SIGABRT', lastLine: 'bad_alloc' }, 'open', { args: ['languageModel'] });
  assert.match(aborted, /ended by SIGABRT \(opening the language model\); its last words: bad_alloc\.\n/);
  assert.match(said({ code: 7, signal: null }), /exit code 7 \(nothing was asked\); it said nothing/);
});

test('our own reasons: silence and memory, with the numbers and what to do', () => {
  const silence = said({}, 'candidates', { cause: { kind: 'silence', silentMs: 90_260 } });
  assert.match(silence, /for 90 s \(searching candidates\); the limit is 90 s.*\n.*CODE2LORA_TIMEOUT_S/s);
  const memory: Cause = { kind: 'memory', bytes: 3.4 * 1024 ** 3, limitBytes: 3 * 1024 ** 3 };
  assert.match(
    said({}, 'generate', { cause: memory }),
    /take 3\.4 GB .*\(generating the adapter\); allowed are 3\.0 GB/,
  );
});

test('a process that did not start', () => {
  const failure = Object.assign(new Error('spawn EAGAIN'), { code: 'EAGAIN' });
  assert.match(said({ signal: null, failure }, 'step'), /Cannot start the process .*: spawn EAGAIN/);
});

test.run();
