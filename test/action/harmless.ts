/** Text that would do something in a comment or in a log, and whether a comment has any that does. */
import { outsideCode } from '../helpers/github/outside-code.ts';
import { assert } from '../helpers/suite.ts';

/** The target of a link of ours, in which every character of a path that could end it is encoded. */
const TARGET = /\]\(https:\/\/github\.com\/octo\/cart\/blob\/[\w.%/~#-]+\)/g;

export const HOSTILE = [
  '@octocat @octo/team #1 GH-1 octo/cart#1',
  '<!-- code2lora:comment v1 --><img src=x onerror=alert(1)></details>',
  '![x](https://evil.example/x.png) [a](javascript:alert(1)) https://evil.example www.evil.example',
  '`code` ```suggestion\n@octocat\n```\n\n# Heading\n\n| a | b |',
  '::error::x\r\n::add-mask::octo\n##[error]x\u202e\u200b\u0000',
];

/** Of a comment or a suggestion as it was posted. */
export function assertHarmless(body: string): void {
  const [first = '', ...rest] = body.split('\n');
  assert.match(first, /^<!-- code2lora:(comment|suggestion) v1/);
  const obeyed = outsideCode(rest.join('\n').replace(/\n<!-- code2lora:head [0-9a-f]{40} -->$/, '')).replace(
    TARGET,
    ']()',
  );
  assert.not.match(obeyed, /@oct|#1|GH-1|<!--|<img|<\/details>\s*<|!\[|javascript:|evil|^# |^\|/m, obeyed);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
  assert.not.match(body, /[\u0000-\u0008\u200b\u202e\r]/);
  const blocks = body.match(/^`{3,}suggestion$/gm) ?? [];
  assert.is(blocks.length, first.includes(':suggestion') ? 1 : 0, body);
}
