import { UsageError } from '../../src/errors.ts';
import {
  endsEarly,
  findBlock,
  insertBlock,
  markLines,
  removeBlock,
  whyNotShell,
} from '../../src/hooks/block.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('hooks/block');
const BLOCK = markLines('echo ours\n');

test('appending and removing gives the same bytes back', () => {
  for (const text of ['#!/bin/sh\necho one\n', '#!/bin/sh\n\n\n', 'echo \xe4\xff\n']) {
    const edited = insertBlock(text, BLOCK, 'hook');
    assert.is(edited, text + BLOCK);
    assert.is(removeBlock(edited, 'hook'), text);
  }
});

test('a second time changes nothing, and another version replaces the first in its place', () => {
  const once = insertBlock('echo one\n', BLOCK, 'hook');
  assert.is(insertBlock(once, BLOCK, 'hook'), once);
  const grown = `${once}echo two\n`;
  const newer = markLines('echo newer\n');
  assert.is(insertBlock(grown, newer, 'hook'), `echo one\n${newer}echo two\n`);
});

test('lines after a final exit would not run, so they go to the top', () => {
  const text = '#!/bin/sh\necho one\nexec other "$@"\n';
  assert.is(insertBlock(text, BLOCK, 'hook'), `#!/bin/sh\n${BLOCK}echo one\nexec other "$@"\n`);
  assert.is(removeBlock(insertBlock(text, BLOCK, 'hook'), 'hook'), text);
  assert.is(insertBlock('exit 0\n', BLOCK, 'hook'), `${BLOCK}exit 0\n`);
});

test('knows an end from a redirection', () => {
  assert.ok(endsEarly('exit\n'));
  assert.ok(endsEarly('exec pre-commit run\n'));
  assert.not(endsEarly('exec 1>&2\nexec >log\n'));
  assert.not(endsEarly('if x; then\n  exit 1\nfi\n# exit\nexited=1\n'));
});

test('finds the markers with other line ends and indentation', () => {
  const text = `a\r\n${BLOCK.replaceAll('\n', '\r\n')}b\r\n`;
  assert.is(removeBlock(text, 'hook'), 'a\r\nb\r\n');
  assert.is(removeBlock(`a\n  # >>> code2lora >>>\n  # <<< code2lora <<<`, 'hook'), 'a\n');
});

test('refuses to guess where a damaged block ends', () => {
  for (const text of [
    '# >>> code2lora >>>\nfi\n',
    '# <<< code2lora <<<\n',
    '# <<< code2lora <<<\n# >>> code2lora >>>\n',
  ]) {
    assert.throws(
      () => findBlock(text, 'my-hook'),
      (error: Error) => error instanceof UsageError && /my-hook.*damaged/.test(error.message),
    );
  }
});

test('tells shell scripts from other programs', () => {
  const shells = [
    '#!/bin/sh',
    '#!/bin/bash -e',
    '#!/usr/bin/env bash',
    '#! /usr/bin/env -S zsh -f',
    '#!C:/git/bin/sh.exe',
    'echo x',
  ];
  for (const line of shells) assert.is(whyNotShell(`${line}\necho\n`), undefined, line);
  assert.match(whyNotShell('#!/usr/bin/env python3\nprint()\n') ?? '', /python3/);
  assert.match(whyNotShell('#!/usr/bin/env fish\n') ?? '', /fish/);
  assert.match(whyNotShell('\x7fELF\0\0') ?? '', /program/);
});

test.run();
