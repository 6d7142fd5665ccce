/**
 * A small history in which every kind of commit comes up once that a walk by new assertions has to tell apart, with
 * what the released recipe makes of each, worked out by hand from the authors' code.
 */
import { type GitRepo, gitRepo } from '../helpers/git-repo.ts';

const CART =
  'class Cart:\n    def __init__(self):\n        self.items = []\n\n    def total(self):\n        return 0\n';
const TESTS = 'from cart import Cart\n\n\ndef test_total():\n    assert Cart().total() == 0\n';

export type KeptCommit =
  | 'production'
  | 'first test'
  | 'more production'
  | 'renamed test'
  | 'comment below'
  | 'merge'
  | 'import above'
  | 'moved'
  | 'tests only'
  | 'production again';

export interface KeptHistory {
  repo: GitRepo;
  /** By what the commit is. */
  shas: Record<KeptCommit, string>;
  texts: Record<string, string>;
}

let made: KeptHistory | undefined;

/** Each call gives a repository of its own. */
export function keptHistory(): KeptHistory {
  made ??= makeHistory();
  return { ...made, repo: made.repo.copy() };
}

function makeHistory(): KeptHistory {
  const repo = gitRepo();
  const config = '{"check": {"candidates": 1}}';
  const shas = {
    production: repo.commit('production', {
      'code2lora.config.json': config,
      'cart.py': CART,
      'README.md': '# Cart\n',
    }),
    'first test': repo.commit('first test', { 'tests/test_cart.py': TESTS, 'latest/news.py': 'news = 1\n' }),
    'more production': repo.commit('more production', {
      'cart.py': CART.replace('return 0', 'return sum(self.items)'),
    }),
    'renamed test': repo.commit('renamed test', { 'tests/test_cart.py': null, 'tests/test_total.py': TESTS }),
    'comment below': repo.commit('comment below', { 'tests/test_total.py': `${TESTS}# the end\n` }),
    merge: merge(repo),
    'import above': repo.commit('import above', { 'tests/test_total.py': `import os\n${TESTS}# the end\n` }),
    moved: repo.commit('moved', {
      ...{ 'cart.py': null, 'shop/cart.py': CART.replace('return 0', 'return sum(self.items or [])') },
      'tests/test_items.py': 'def test_items():\n    assert items() == []\n',
    }),
    'tests only': repo.commit('tests only', {
      'tests/test_items.py': 'def test_items():\n    assert items() == [1]\n',
    }),
    'production again': repo.commit('production again', { 'shop/tax.py': 'TAX = 19\n' }),
  };
  return { repo, shas, texts: expectedTexts(repo, shas) };
}

/** A side branch of two commits: a new assertion, and production code whose name is not ASCII. */
function merge(repo: GitRepo): string {
  repo.git('switch', '--quiet', '--create', 'side', 'HEAD~2');
  repo.commit('side test', { 'tests/test_größe.py': 'def test_size():\n    assert size() == 3\n' });
  repo.commit('side code', { 'größe.py': 'def size():\n    return 3\n' });
  repo.git('switch', '--quiet', 'main');
  repo.git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
  return repo.git('rev-parse', 'HEAD');
}

function expectedTexts(repo: GitRepo, shas: Record<KeptCommit, string>): Record<string, string> {
  const id = (commit: KeptCommit, path: string) =>
    repo.git('rev-parse', `${shas[commit]}:${path}`).slice(0, 7);
  const added = (path: string, blob: string, content: string) => {
    const lines = content.trimEnd().split('\n');
    const range = lines.length === 1 ? '+1' : `+1,${lines.length}`;
    const header = `diff --git a/${path} b/${path}\nnew file mode 100644\nindex 0000000..${blob}\n--- /dev/null\n+++ b/${path}\n`;
    return `${header}@@ -0,0 ${range} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
  };
  return {
    // against the empty tree: all production code there is; latest/ has "test" in it
    'first test':
      added('README.md', id('production', 'README.md'), '# Cart\n') +
      added('cart.py', id('production', 'cart.py'), CART),
    // with the production commit since the first test folded in
    merge:
      `diff --git a/cart.py b/cart.py\nindex ${id('production', 'cart.py')}..${id('more production', 'cart.py')} 100644\n` +
      '--- a/cart.py\n+++ b/cart.py\n@@ -3,4 +3,4 @@ class Cart:\n         self.items = []\n \n' +
      '     def total(self):\n-        return 0\n+        return sum(self.items)\n' +
      added('größe.py', id('merge', 'größe.py'), 'def size():\n    return 3\n'),
    // every assertion below the import is a new one to their code
    'import above': '',
    moved:
      'diff --git a/cart.py b/shop/cart.py\nsimilarity index 68%\nrename from cart.py\nrename to shop/cart.py\n' +
      `index ${id('more production', 'cart.py')}..${id('moved', 'shop/cart.py')} 100644\n` +
      '--- a/cart.py\n+++ b/shop/cart.py\n@@ -3,4 +3,4 @@ class Cart:\n         self.items = []\n \n' +
      '     def total(self):\n-        return sum(self.items)\n+        return sum(self.items or [])\n',
    'tests only': '',
  };
}
