import { ModelError, UsageError } from '../../src/errors.ts';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { checkManifest, namedFiles } from '../../src/runtime/manifest.ts';
import {
  type Adaptation,
  type AdaptationPart,
  chooseHistory,
  chooseParts,
  layerAdapters,
  type MaxHistory,
  parseParts,
} from '../../src/runtime/manifest-adaptation.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { assert, suite } from '../helpers/suite.ts';
import { adaptedPack, tinyAdaptation } from '../helpers/tiny-adaptation.ts';

const test = suite('runtime/manifest-adaptation');
const { manifest } = openModelPack(adaptedPack(['gru', 'memory', 'refinement']).dir);

type Changes = { [Key in keyof Adaptation]?: unknown };

/** The manifest with other values, as it would be read from a file. */
function read(changes: Changes | null, others: Partial<PackManifest> = {}): PackManifest {
  const adaptation = changes && { ...tinyAdaptation(['gru', 'memory', 'refinement']), ...changes };
  return checkManifest(JSON.parse(JSON.stringify({ ...manifest, ...others, adaptation })), 'manifest.json');
}

function refused(message: RegExp, changes: Changes, others: Partial<PackManifest> = {}): void {
  assert.throws(
    () => read(changes, others),
    (error: Error) => error instanceof ModelError && message.test(error.message),
  );
}

test('keeps what it reads, names the file of the memory, and puts parts in order', () => {
  const checked = read({ parts: ['refinement', 'gru'] });
  assert.equal(checked.adaptation, tinyAdaptation(['gru', 'refinement']));
  assert.ok(namedFiles(checked).includes('memory.safetensors'));
  assert.equal(read({ parts: [] }).adaptation?.parts, []);
});

test('a manifest without the field has the GRU alone, and graphs without adapters for each layer', () => {
  const { adaptation: _, ...rest } = manifest;
  const checked = checkManifest(JSON.parse(JSON.stringify(rest)), 'manifest.json');
  assert.is(checked.adaptation, null);
  assert.equal(chooseParts(checked, null), ['gru']);
  assert.equal([checked, read({}), read({ memory: null, parts: ['gru'] })].map(layerAdapters), [
    false,
    true,
    false,
  ]);
});

test('the pack bounds a walk that only learns from assertions; the user may say otherwise', () => {
  const bounded = read({ maxCommits: 100 });
  const history = (parts: readonly AdaptationPart[], wanted: MaxHistory | null = null) =>
    chooseHistory(bounded, { parts, wanted });
  assert.equal([history(['memory']), history([]), history(['gru', 'memory'])], [100, 100, null]);
  assert.equal([history(['memory'], 'all'), history(['memory'], 7), history(['gru'], 7)], [null, 7, 7]);
  assert.is(chooseHistory(read({}), { parts: ['memory'], wanted: null }), null);
  refused(/adaptation\.maxCommits is 0/, { maxCommits: 0 });
});

test('refuses fields of other types and unknown parts', () => {
  const { signal, memory, refinement } = tinyAdaptation([]);
  refused(/adaptation\.parts\[1\] is "magic", expected "gru" or "memory" or "refinement"/, {
    parts: ['gru', 'magic'],
  });
  refused(/adaptation\.parts is \["gru","gru"\], expected a list without repetitions/, {
    parts: ['gru', 'gru'],
  });
  refused(/adaptation\.signal is missing/, { signal: undefined });
  refused(/adaptation\.signal\.perCommit is 0/, { signal: { ...signal, perCommit: 0 } });
  refused(/adaptation\.memory\.decay is 1\.5/, { memory: { ...memory, decay: 1.5 } });
  refused(/adaptation\.memory\.weights is "\.\.\/x"/, { memory: { ...memory, weights: '../x' } });
  refused(/adaptation\.memory\.moduleTypes\[0\] is "lm_head"/, {
    memory: { ...memory, moduleTypes: ['lm_head'] },
  });
  refused(/adaptation\.refinement\.learningRate is -1/, { refinement: { ...refinement, learningRate: -1 } });
});

test('refuses what does not go together', () => {
  const { signal, memory } = tinyAdaptation([]);
  refused(/adaptation\.parts has "memory", but adaptation\.memory is missing/, { memory: null });
  refused(/adaptation\.parts has "refinement", but/, { refinement: null });
  refused(/needs meanAdapter, which is null/, {}, { meanAdapter: null });
  refused(/needs meanAdapter/, { parts: [], memory: null }, { meanAdapter: null });
  refused(/promptTokens is not below baseModel\.contextTokens \(128\)/, {
    signal: { ...signal, promptTokens: 128 },
  });
  refused(/files does not list other\.safetensors/, { memory: { ...memory, weights: 'other.safetensors' } });
});

test('reads parts as a user writes them', () => {
  assert.equal(parseParts('memory, gru', '--parts'), ['gru', 'memory']);
  assert.equal(parseParts('none', '--parts'), []);
  for (const text of ['', 'gru,gru', 'none,gru', 'gru;memory', 'GRU']) {
    assert.throws(
      () => parseParts(text, 'CODE2LORA_PARTS'),
      (error: Error) =>
        error instanceof UsageError && /CODE2LORA_PARTS: .*\nExpected some of gru/.test(error.message),
    );
  }
});

test('a user may choose among the parts that the pack has', () => {
  const without = { ...manifest, adaptation: { ...tinyAdaptation(['gru']), memory: null } };
  assert.equal(chooseParts(manifest, null), ['gru', 'memory', 'refinement']);
  assert.equal(chooseParts(manifest, ['refinement', 'memory']), ['memory', 'refinement']);
  assert.equal(chooseParts(without, []), []);
  assert.throws(
    () => chooseParts(without, ['memory']),
    /has no memory, .*\nChoose among gru, refinement, none,/,
  );
  const bare = { ...manifest, adaptation: null, meanAdapter: null };
  assert.throws(
    () => chooseParts(bare, []),
    /no mean adapter, which the parts "none" need\.\nChoose among gru, or/,
  );
});

test.run();
