import {
  codeSpan,
  encodePath,
  escapeText,
  fence,
  link,
  permalink,
  placeName,
  tableCode,
  tableRow,
} from '../../src/report/markdown.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/markdown');
const ZERO_WIDTH_SPACE = '&#8203;';

test('running text: markup is escaped, plain words and versions stay as they are', () => {
  assert.is(escapeText('nano 0.1.0 on cpu'), 'nano 0.1.0 on cpu');
  assert.is(
    escapeText('*a* _b_ `c` ~~d~~ $e$ [f](g) h|i \\'),
    '\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\$e\\$ \\[f\\](g) h\\|i \\\\',
  );
});

test('running text: HTML, comments and character references are text', () => {
  assert.is(
    escapeText('<img src=x> </details> <!-- x --> &amp; &#64;'),
    `&lt;img src=x&gt; &lt;/details&gt; &lt;!-- x --&gt; &amp;amp; &amp;#${ZERO_WIDTH_SPACE}64;`,
  );
});

test('running text: nobody is mentioned and no issue is referenced', () => {
  for (const text of ['@octocat', '@org/team', 'a@b.co', '#1', 'owner/repo#12', 'GH-7', 'gh-7', 'xGH-7']) {
    const escaped = escapeText(`see ${text}.`);
    assert.not.match(escaped, /@[A-Za-z]/, escaped);
    assert.not.match(escaped.replaceAll(ZERO_WIDTH_SPACE, '\u200b'), /#\d|GH-\d/i, escaped);
    assert.is(escaped.replaceAll(ZERO_WIDTH_SPACE, ''), `see ${text}.`);
  }
});

test('running text: no address becomes a link, no line start a list, heading, quote or rule', () => {
  assert.is(escapeText('see https://x.y and www.x.y'), 'see https\\://x.y and www\\.x.y');
  assert.equal(['- a', '+ a', '1. a', '12) a', '---', '===', '    code', '> a'].map(escapeText), [
    '\\- a',
    '\\+ a',
    '1\\. a',
    '12\\) a',
    '\\---',
    '\\===',
    'code',
    '&gt; a',
  ]);
  assert.is(escapeText('# a'), `#${ZERO_WIDTH_SPACE} a`);
});

test('running text: no line break gets through', () => {
  assert.is(escapeText('a\n- b\r\n\n# c'), `a\\\\n- b\\\\r\\\\n\\\\n#${ZERO_WIDTH_SPACE} c`);
});

test('a code span is fenced with more backticks than it holds', () => {
  assert.is(codeSpan('42'), '`42`');
  assert.is(codeSpan('a`b'), '``a`b``');
  assert.is(codeSpan('`a`'), '`` `a` ``');
  assert.is(codeSpan('``'), '``` `` ```');
  assert.is(codeSpan(' a '), '`  a  `');
  assert.is(codeSpan(''), '(empty)');
  assert.is(codeSpan('a\nb'), '`a\\nb`');
});

test('a code span cannot hold one of our markers', () => {
  assert.not.ok(codeSpan('<!-- code2lora:comment v1 -->').includes('<!--'));
});

test('a code block is fenced with more backticks than it holds, and keeps the text to the letter', () => {
  assert.is(fence('\tx = 1  ', 'suggestion'), '```suggestion\n\tx = 1  \n```');
  assert.is(fence('a = "````"', 'suggestion'), '`````suggestion\na = "````"\n`````');
});

test('a table cell holds nothing that Markdown or the table could take for its own', () => {
  const cell = tableCode('a|b `c` \\| <b> @d #1 "e"\n');
  assert.match(cell, /^<code>(?:[A-Za-z0-9 ]|&#\d+;)*<\/code>$/);
  assert.ok(cell.includes('a&#124;b'));
  assert.is(tableRow(['a', tableCode(''), 'c']), '| a |  | c |');
});

test('a link to lines of a file survives any path', () => {
  const repository = { serverUrl: 'https://ghe.example', repository: 'o/r', sha: 'f'.repeat(40) };
  const url = permalink(repository, { path: 'a b/x](y)#?%.py', line: 3, endLine: 5 });
  assert.is(url, `https://ghe.example/o/r/blob/${'f'.repeat(40)}/a%20b/x%5D%28y%29%23%3F%25.py#L3-L5`);
  assert.is(permalink(repository, { path: 'a.py', line: 3, endLine: 3 }).slice(-7), 'a.py#L3');
  assert.is(link(codeSpan('a'), url), `[\`a\`](${url})`);
  assert.is(encodePath('ü/😀/\ud800'), '%C3%BC/%F0%9F%98%80/%EF%BF%BD');
});

test('of a long path the end is shown', () => {
  assert.is(placeName({ path: 'tests/test_a.py', line: 3 }), 'tests/test_a.py:3');
  const shown = placeName({ path: `${'deep/'.repeat(100)}test_a.py`, line: 3 });
  assert.ok(shown.length <= 105 && shown.endsWith('deep/test_a.py:3'));
});

test.run();
