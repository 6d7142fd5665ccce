import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { appendedToken, contextTokens, endToken, hypernetworkSizes } from '../../src/packs/describe.ts';
import {
  GOLDEN_CHECKPOINTS,
  goldenCheckpointPath,
  goldenHypernetwork,
} from '../helpers/golden-checkpoint.ts';
import { assert, suite } from '../helpers/suite.ts';
import { temporaryHome } from './fixture.ts';

const test = suite('packs/describe');
const path = join(temporaryHome().root, 'file.json');
const written = (value: unknown): string => {
  writeFileSync(path, JSON.stringify(value));
  return path;
};
const refuses = (run: () => unknown, message: RegExp): void =>
  assert.throws(run, (error: Error) => error instanceof ModelError && message.test(error.message));

test('the end of a text is what config.json says, of several tokens the first', () => {
  assert.is(endToken(written({ eos_token_id: 151_643 })), 151_643);
  assert.is(endToken(written({ eos_token_id: [128_001, 128_008] })), 128_001);
  for (const value of [undefined, null, '</s>', []])
    refuses(
      () => endToken(written({ eos_token_id: value })),
      /eos_token_id is .*, expected the id of a token/,
    );
});

test('no model reads more than it was made for', () => {
  assert.is(contextTokens(written({ max_position_embeddings: 32_768 }), 4096), 4096);
  assert.is(contextTokens(written({ max_position_embeddings: 2048 }), 4096), 2048);
  assert.is(contextTokens(written({}), 4096), 4096);
});

const END = { SpecialToken: { id: '<end>', type_id: 0 } };
const TEXT = { Sequence: { id: 'A', type_id: 0 } };
const template = (single: unknown[], ids = [7]) => ({
  ...{ type: 'TemplateProcessing', single, pair: [] },
  special_tokens: { '<end>': { id: '<end>', ids, tokens: ['<end>'] } },
});

test('whether a token follows each text is what the tokeniser’s own template says', () => {
  const byteLevel = { type: 'ByteLevel' };
  assert.is(appendedToken(written({ post_processor: template([TEXT, END]) })), 7);
  assert.is(
    appendedToken(
      written({ post_processor: { type: 'Sequence', processors: [byteLevel, template([TEXT, END])] } }),
    ),
    7,
  );
  for (const processor of [undefined, null, byteLevel, template([TEXT])])
    assert.is(appendedToken(written({ post_processor: processor })), null);
  for (const processor of [template([END, TEXT]), template([END, TEXT, END]), template([TEXT, END], [7, 8])])
    refuses(
      () => appendedToken(written({ post_processor: processor })),
      /adds <end>.* to a text, expected one token at the end/,
    );
});

test('sizes of the checkpoints that PyTorch saved', () => {
  for (const name of GOLDEN_CHECKPOINTS)
    assert.equal(hypernetworkSizes(goldenCheckpointPath(name)), goldenHypernetwork(name));
});

test.run();
