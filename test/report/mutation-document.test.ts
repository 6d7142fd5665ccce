import { XmlDocument } from 'libxml2-wasm';
import { renderMutationDocument } from '../../src/report/mutation-document.ts';
import { calibrate } from '../../src/report/mutation-judging.ts';
import type { MutantRepository } from '../../src/report/mutation-scores.ts';
import type { WrongValue } from '../../src/runtime/manifest-calibration.ts';
import { assert, suite } from '../helpers/suite.ts';
import { madeRepositories } from './mutants.ts';

const test = suite('report/mutation-document');
const settings = {
  ...{ version: '1', pack: 'made', packVersion: '2.0.0', packDigest: 'd', parts: ['gru', 'memory'] },
  ...{ perRepository: 40, maxHistory: 60 },
};
const render = (repositories: MutantRepository[], shipped: WrongValue | null = null) =>
  renderMutationDocument({
    ...{ repositories, settings, shipped, folder: 'calibration' },
    calibration: calibrate(repositories, { precision: 0.8, falseAlarms: 0.01, prior: 0.1 }),
  });
const repositories = madeRepositories({ gap: 3, repositories: 4, mutants: 24 });
let rendered: ReturnType<typeof render> | undefined;
const whole = () => {
  rendered ??= render(repositories);
  return rendered;
};

test.slow('names what was measured, and gives every number its interval', () => {
  const { markdown } = whole();
  assert.match(
    markdown,
    /## What `made` 2\.0\.0 reaches\n\n96 values of 4 repositories.*adapter: gru \+ memory\./,
  );
  const [, pairs, base, adapted, gain] =
    /\| \*\*fitted evidence\*\* \| (\d+) \| (.*?) \| (.*?) \| (.*?) \|/.exec(markdown) ?? [];
  assert.is(pairs, '96');
  for (const cell of [base, adapted]) assert.match(cell ?? '', /^0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\]$/);
  assert.match(gain ?? '', /^\+0\.\d{3} \[\+0\.\d{3}, \+0\.\d{3}\]$/);
});

test('has a row for each kind and each family, the largest first', () => {
  const { markdown } = whole();
  assert.match(
    markdown,
    /\| kind of value \|.*\n.*\n\| name \| 32 \|.*\n\| number \| 32 \|.*\n\| string \| 32 \|/,
  );
  assert.match(markdown, /\| `js\/expect` \| 48 \|.*\n\| `python\/assert` \| 48 \|/);
});

test('states the threshold with both precisions, and the prior', () => {
  const { markdown } = whole();
  assert.match(
    markdown,
    /Of what is called so, \*\*\d+\.\d %\*\* is wrong where half of all values are, and \d+\.\d % at the prior of 10\.0 %\./,
  );
});

test.slow('says how the calibration of the pack fares, where it has one', () => {
  const { wrongValue } = calibrate(repositories, { precision: 0.8, falseAlarms: 0.01, prior: 0.1 });
  const others = madeRepositories({ gap: 3, repositories: 3, mutants: 24 });
  const { markdown } = render(others, wrongValue);
  const [, detected = '', falseAlarms = ''] =
    /it calls (\d+\.\d) % \[.*?\] of the wrong and (\d+\.\d) % \[.*?\] of the right values surprising\. Of what/.exec(
      markdown,
    ) ?? [];
  assert.ok(Number(detected) > 5 && Number(falseAlarms) < 5, `${detected} ${falseAlarms}`);
  const never = wrongValue && { ...wrongValue, surprisingFrom: null };
  assert.match(render(others, never).markdown, /It calls nothing surprising here\./);
  assert.not.match(whole().markdown, /The calibration in the pack/);
});

test('says that nothing is called surprising where nothing can be', () => {
  assert.match(
    render(madeRepositories({ gap: -3, repositories: 2 })).markdown,
    /\*\*nothing is called surprising\*\*/,
  );
});

test('claims no interval from one repository', () => {
  const { markdown: one } = render(repositories.slice(0, 1));
  assert.match(one, /\| \*\*fitted evidence\*\* \| 24 \| 0\.\d{3} \| 0\.\d{3} \| [+−]0\.\d{3} \|/);
  assert.not.match(one, /Infinity|NaN/);
});

test('the plots are XML that the document shows, without a number that is none', () => {
  const { markdown, plots } = whole();
  assert.equal(Object.keys(plots).sort(), ['reliability.svg', 'roc.svg']);
  for (const [name, svg] of Object.entries(plots)) {
    using document = XmlDocument.fromString(svg);
    assert.is(document.root.name, 'svg', name);
    assert.not.match(svg, /NaN|Infinity/);
    assert.ok(markdown.includes(`](calibration/${name})`));
  }
});

test.run();
