import {
  renderModels,
  renderModelsPull,
  renderModelsRemove,
  renderModelsVerify,
  renderPullPlan,
} from '../../src/report/packs-texts.ts';
import { durationText, sizeText } from '../../src/report/sizes.ts';
import { createTransferLine } from '../../src/report/transfer-line.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/packs-texts');
const PACK = {
  ...{
    name: 'official',
    path: '/c/packs/official',
    version: 'v2',
    license: 'x: apache-2.0',
    bytes: 10.1e9,
    problem: null,
  },
  precision: { baseModel: 'int8', encoder: 'int8', hypernetwork: 'int8' },
  precisionLoss: { nll: 0.0012, embeddingError: 0.0045, adapterError: 0.01 },
};

test('sizes and times are short', () => {
  assert.equal([0, 999, 1000, 7_031_645, 3_087_467_144, 2e12].map(sizeText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '7.0 MB',
    '3.1 GB',
    '2.0 TB',
  ]);
  assert.equal([0.2, 89, 90, 3540, 3600, 9000].map(durationText), [
    '1 s',
    '89 s',
    '2 min',
    '59 min',
    '1 h 0 min',
    '2 h 30 min',
  ]);
});

test('a list says what is here, what it costs, and how to get the rest', () => {
  const nano = {
    ...PACK,
    name: 'nano',
    origin: 'shipped',
    precisionLoss: { nll: null, embeddingError: null, adapterError: null },
  };
  const damaged = {
    ...PACK,
    name: 'x',
    origin: 'cached',
    version: null,
    license: null,
    precision: null,
    precisionLoss: null,
    bytes: null,
    problem: 'broken',
  };
  const text = renderModels({
    home: '/c',
    packs: [nano, { ...PACK, origin: 'cached' }, damaged],
    available: [{ name: 'official-static', summary: 'the other one', downloadBytes: 7.01e9 }],
  });
  assert.match(text, /^nano +v2, int8, 10\.1 GB, shipped$/m);
  assert.match(text, /^ +cost {6}0\.0012 nats per token, embeddings 0\.45 %, adapters 1\.0 % off/m);
  assert.is(text.match(/cost/g)?.length, 1);
  assert.match(text, /^x +cached\n +PROBLEM {3}broken$/m);
  assert.match(text, /code2lora models pull official-static {3}\(about 7\.0 GB\)/);
  assert.match(
    renderModelsPull({ pack: PACK, outcome: 'unchanged', downloadedBytes: 0 }),
    /it was here[\s\S]*next {6}code2lora run --model official/,
  );
});

test('a plan names every source, its licence, and that it is not known', () => {
  const source = { repository: 'o/r', commit: 'c'.repeat(40), license: null, fixedBy: 'first-use' };
  const file = { repository: 'o/r', path: 'a', bytes: 100, unfinished: 40, from: 'download' };
  const text = renderPullPlan({
    ...{ name: 'official', precision: 'int8', downloadBytes: 60, diskBytes: 2e9 },
    sources: [source, { ...source, license: 'apache-2.0', fixedBy: 'source' }],
    files: [file, { ...file, from: 'hub-cache' }],
  });
  assert.match(
    text,
    /o\/r at c{40} \(new: kept for later pulls\)\n +licence: unknown, the model card names none/,
  );
  assert.match(text, /\(fixed in code2lora\)\n +licence: apache-2\.0/);
  assert.match(
    text,
    /download {2}60 B in 1 files, 40 B of them are here; 1 files were on this machine\ndisk {6}2\.0 GB more/,
  );
});

test('verification and removal say what and where', () => {
  const pack = { name: 'a', files: 3, bytes: 1000, problems: [] as string[] };
  const text = renderModelsVerify({
    packs: [pack, { ...pack, name: 'b', problems: ['f: wrong\nagain', 'g'] }],
  });
  assert.is(
    text,
    'ok        a: 3 files, 1.0 kB\nDAMAGED   b: 2 problems\n          f: wrong\n          again\n          g',
  );
  assert.is(renderModelsRemove({ name: 'a', path: '/p', bytes: 2e6 }), 'removed   a, 2.0 MB: /p');
});

interface Shown {
  at(ms: number, done: number, what?: string): string;
}

function screen(isTerminal: boolean): Shown {
  let [now, text] = [0, ''];
  const write = (piece: string) => {
    text += piece;
  };
  const line = createTransferLine({ write, isTerminal, now: () => now });
  return {
    at(ms, done, what = 'a/b') {
      [now, text] = [ms, ''];
      line.show({ stage: 'download', what, done, total: 1e9 });
      return text;
    },
  };
}

test('on a terminal one line is redrawn, with the rate of the last seconds and what is left', () => {
  const { at } = screen(true);
  assert.is(at(0, 5e8), '\r\u001b[Kdownloading a/b [============            ] 50 % of 1.0 GB');
  assert.is(at(50, 5e8), '');
  assert.is(
    at(1000, 6e8),
    '\r\u001b[Kdownloading a/b [==============          ] 60 % of 1.0 GB, 100.0 MB/s, 4 s left',
  );
  // The first tenth of a second is long ago.
  assert.match(at(20_000, 6.1e8), /61 % of 1\.0 GB$/);
  assert.match(at(20_010, 0, 'c/d'), /downloading c\/d \[ +\] 0 % of 1\.0 GB$/);
});

test('in a log there is a plain line now and then', () => {
  const { at } = screen(false);
  assert.is(at(0, 0), 'downloading a/b: 0 % of 1.0 GB\n');
  assert.is(at(29_000, 1e8), '');
  assert.match(at(31_000, 2e8), /^downloading a\/b: 20 % of 1\.0 GB, 50\.0 MB\/s, 16 s left\n$/);
  assert.is(at(31_001, 0, 'c/d'), 'downloading c/d: 0 % of 1.0 GB\n');
});

test.run();
