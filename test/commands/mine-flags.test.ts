/** Which flags of `mine` go together. */
import { type MineFlags, readMineFlags } from '../../src/commands/mine-flags.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/mine-flags');
const read = (flags: Partial<MineFlags>) => readMineFlags({ repo: '.', maxPrefix: 8192, ...flags });

test('one repository, a list, or the workflow for a list', () => {
  assert.equal(read({ out: '-', after: 'HEAD~2' }), {
    kind: 'one',
    out: '-',
    after: 'HEAD~2',
    maxPrefix: 8192,
  });
  const list = read({ repositories: 'list.tsv', out: 'tasks', track: 'static', perCommit: 3, dryRun: true });
  assert.is(list.kind, 'list');
  assert.equal(JSON.parse(JSON.stringify(list)).options, {
    ...{
      repositories: 'list.tsv',
      out: 'tasks',
      maxPrefix: 8192,
      track: 'static',
      perCommit: 3,
      dryRun: true,
    },
  });
  assert.equal(read({ repositories: 'list.tsv', workflow: true, force: true }), {
    kind: 'workflow',
    options: { repo: '.', repositories: 'list.tsv', force: true },
  });
});

test('what does not go together is refused by its name on the command line', () => {
  const repositories = 'list.tsv';
  for (const [flags, message] of [
    [{ out: 'x', perCommit: 4 }, /^--per-commit goes with --repositories/],
    [{ out: 'x', dryRun: true }, /^--dry-run goes with --repositories/],
    [{ workflow: true }, /^--workflow goes with --repositories/],
    [{ repositories, out: 'x', after: 'HEAD~1' }, /^--after goes with one repository/],
    [{ repositories, out: 'x', force: true }, /^--force goes with --workflow/],
    [{ repositories, workflow: true, out: 'x' }, /^--out does not go with --workflow/],
    [{ repositories, workflow: true, shard: '1/2' }, /^--shard does not go with --workflow/],
    [{ repositories, out: '-' }, /into a folder/],
    [{ repositories }, /^Nowhere to write to/],
    [{}, /^Nowhere to write to/],
  ] as const)
    assert.throws(() => read(flags), message);
});

test.run();
