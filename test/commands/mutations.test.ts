import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../src/commands/check.ts';
import { benchMutations } from '../../src/commands/mutations.ts';
import type { MutationsOptions } from '../../src/commands/mutations-options.ts';
import { UsageError } from '../../src/errors.ts';
import { checkCalibration } from '../../src/runtime/manifest-calibration.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack, writeTinyPack } from '../helpers/tiny-pack.ts';
import { assertValid, cartRepo, schemas } from './fixture.ts';
import { longRepo, wideRepo, writeList } from './mined-repos.ts';

const test = suite('commands/mutations');

async function scene(rows: readonly string[] = []) {
  const work = temporaryFolder();
  const list = writeList([
    'name\trepository\trole',
    `octo/cart\t${cartRepo().repo.dir}\tvalidation`,
    `octo/wide\t${wideRepo().dir}\tvalidation`,
    `octo/long\t${longRepo(3).dir}\ttest`,
    ...rows,
  ]);
  const options: MutationsOptions = {
    ...{ repositories: list, split: 'validation', model: (await tinyPack()).dir, device: 'cpu', work },
    ...{ out: join(work, 'calibration.md'), calibrate: join(work, 'calibration.json') },
  };
  return { work, options };
}

/** Measured once, for the tests that look at what came out. */
let measured: ReturnType<typeof measure> | undefined;
async function measure() {
  const made = await scene();
  return { ...made, report: await benchMutations(made.options) };
}
const measuredScene = () => {
  measured ??= measure();
  return measured;
};

test.slow(
  'scores each value as written and with a mistake, and writes document, plots and calibration',
  async () => {
    const { work, options, report } = await measuredScene();
    assert.equal([report.repositories, report.measured, report.unchanged, report.broken], [2, 2, 0, []]);
    // of cart three values; of wide eight of a commit with fourteen, and two changes of one
    assert.is(report.pairs, 13);
    for (const side of [report.base, report.adapted]) {
      assert.ok(side && side.area.value >= 0 && side.area.value <= 1);
      assert.ok(side && side.precisionAt50 >= 0 && side.precisionAt50 <= 1);
    }
    assert.equal(report.files, [
      join(work, 'calibration.md'),
      join(work, 'calibration', 'reliability.svg'),
      join(work, 'calibration', 'roc.svg'),
      join(work, 'calibration.json'),
    ]);
    assert.match(readFileSync(options.out as string, 'utf8'), /13 values of 2 repositories/);
  },
);

test.slow('a pack with the calibration says how likely a value is wrong', async () => {
  const { options } = await measuredScene();
  const calibration = checkCalibration(JSON.parse(readFileSync(options.calibrate as string, 'utf8')), 'file');
  assert.match(calibration.measuredOn ?? '', /^13 values of 2 repositories/);
  const pack = writeTinyPack({ change: (manifest) => Object.assign(manifest, { calibration }) });
  const report = await check({ repo: cartRepo().repo.dir, model: pack.dir, device: 'cpu', all: true });
  assertValid(report, schemas.CheckReportSchema);
  assert.is(report.wrongPrior, 0.1);
  for (const { wrongProbability = -1 } of report.assertions)
    assert.ok(wrongProbability > 0 && wrongProbability < 1, String(wrongProbability));
});

test.slow('what is finished is not measured again; more repositories come on top', async () => {
  const { work, options } = await measuredScene();
  const first = readFileSync(join(work, 'calibration.md'), 'utf8');
  const again = await benchMutations(options);
  assert.equal([again.measured, again.unchanged], [0, 2]);
  assert.is(readFileSync(join(work, 'calibration.md'), 'utf8'), first);
  const more = await benchMutations({ ...options, split: undefined });
  assert.equal([more.measured, more.unchanged], [1, 2]);
  const only = await benchMutations({ ...options, split: undefined, reportOnly: true });
  assert.equal([only.measured, only.unchanged, only.pairs], [0, 0, more.pairs]);
});

test.slow('a repository that cannot be read is a line of the report', async () => {
  const { options } = await scene(['octo/gone\t./nowhere\tgone']);
  const { measured, broken } = await benchMutations({ ...options, split: 'gone' });
  assert.is(measured, 0);
  assert.equal(
    broken.map(({ repository }) => repository),
    ['octo/gone'],
  );
});

test.slow(
  'refuses a split that no repository has, a prior that is none, and a document that is none',
  async () => {
    const { work, options } = await scene();
    await rejects(
      benchMutations({ ...options, split: 'train' }),
      UsageError,
      /The list has these: validation, test\./,
    );
    await rejects(benchMutations({ ...options, prior: 1 }), UsageError, /A prior of 1 is none/);
    await rejects(benchMutations({ ...options, out: 'x.txt' }), UsageError, /give --out FILE\.md/);
    assert.not.ok(existsSync(join(work, 'mutations')));
  },
);

test.run();
