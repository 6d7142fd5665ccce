import { openDecoder, plainReading, rowOf } from '../../src/scoring/decoder.ts';
import { type DecoderSession, openDecoderSession } from '../../src/scoring/decoder-session.ts';
import { goldenAdapter, goldenModel, goldenTokens, largestDifference } from '../helpers/golden-decoder.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/decoder-session');
const model = goldenModel();
const CPU = { maxPositions: 64, device: 'cpu', layerAdapters: false } as const;

/** Whether the session was packed before each run. */
async function packedByRun(session: DecoderSession, count: number): Promise<boolean[]> {
  const packed: boolean[] = [];
  for (let run = 0; run < count; run += 1) {
    await session.next();
    packed.push(session.isPacked);
  }
  return packed;
}

test('packs the weights once, after as many runs as were asked for', async () => {
  await using session = await openDecoderSession(model, { ...CPU, packAfter: 2 });
  const first = await session.next();
  assert.is(await session.next(), first);
  const packed = await session.next();
  assert.is.not(packed, first);
  assert.is(await session.next(), packed);
});

test('packs at once, or never', async () => {
  await using atOnce = await openDecoderSession(model, { ...CPU, packAfter: 0 });
  assert.equal(await packedByRun(atOnce, 2), [true, true]);
  await using never = await openDecoderSession(model, { ...CPU, packAfter: Number.POSITIVE_INFINITY });
  assert.equal(await packedByRun(never, 3), [false, false, false]);
});

test('goes on in the middle of a text, with the same numbers but for the last bits', async () => {
  const ids = goldenTokens('input.ids').slice(0, 8);
  const read = async (packAfter: number) => {
    await using decoder = await openDecoder(model, 64, { packAfter });
    const cache = decoder.newCache();
    const adapter = decoder.adapterInputs(goldenAdapter());
    const rows: Float32Array[] = [];
    for (const [past, id] of ids.entries()) {
      const result = await decoder.read(plainReading([id], past, [0]), { cache, adapter });
      rows.push(rowOf(result, 0).slice());
    }
    return rows;
  };
  const [mapped, switched] = [await read(Number.POSITIVE_INFINITY), await read(4)];
  for (const [index, row] of mapped.entries()) {
    const difference = largestDifference(row, switched[index] as Float32Array);
    assert.ok(index < 4 ? difference === 0 : difference < 1e-4, `token ${index}: ${difference}`);
  }
});

test.run();
