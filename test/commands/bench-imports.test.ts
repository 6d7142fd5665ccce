/** What test files import, which file of the repository that is, and what it defines. */
import { readDefinitions } from '../../src/commands/bench-definitions.ts';
import { readImports } from '../../src/commands/bench-imports.ts';
import { openModules } from '../../src/commands/bench-modules.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/bench-imports');
const show = (text: string, language: 'python' | 'typescript') =>
  readImports(text, language).map(({ local, name, module }) => `${local ?? '*'} = ${module}:${name ?? '*'}`);

test('Python: names, other names, brackets over lines, whole modules', () => {
  const text = [
    'from shop.cart import Cart, total as sum_up  # both',
    'from . import prices',
    'from ..base import (\n    One,\n    Two as Three,\n)',
    'import shop.tax as tax, json',
    'from shop import *',
    'text = "from nowhere import nothing"',
  ].join('\n');
  assert.equal(show(text, 'python'), [
    'Cart = shop.cart:Cart',
    'sum_up = shop.cart:total',
    'prices = .:prices',
    'One = ..base:One',
    'Three = ..base:Two',
    '* = shop:*',
    'tax = shop.tax:*',
    'json = json:*',
  ]);
});

test('JavaScript: default, named, all, types, require, re-exports', () => {
  const text = [
    "import cart, { total as sum, type Item } from './cart'",
    'import * as tax from "../tax.js";',
    "const { price, rate: share } = require('./price');",
    "const whole = require('./whole')",
    "export * from './more';\nexport { one as two } from './one';",
  ].join('\n');
  assert.equal(show(text, 'typescript').sort(), [
    '* = ./more:*',
    'Item = ./cart:Item',
    'cart = ./cart:default',
    'price = ./price:price',
    'share = ./price:rate',
    'sum = ./cart:total',
    'tax = ../tax.js:*',
    'two = ./one:one',
    'whole = ./whole:default',
  ]);
});

test('a module name is a file, from wherever its packages begin', () => {
  const resolve = openModules([
    ...['src/shop/__init__.py', 'src/shop/cart.py', 'src/shop/base/tax.py', 'examples/deep/shop/cart.py'],
    ...['lib/index.ts', 'lib/cart.ts', 'lib/tax/index.js', 'test/cart.test.ts'],
  ]);
  const python = { path: 'src/shop/base/tax.py', language: 'python' } as const;
  const script = { path: 'test/cart.test.ts', language: 'typescript' } as const;
  assert.equal(
    ['shop.cart', 'shop', '..cart', '.tax', '..', 'json', '.cart'].map((name) => resolve(name, python)),
    [
      'src/shop/cart.py',
      'src/shop/__init__.py',
      'src/shop/cart.py',
      'src/shop/base/tax.py',
      'src/shop/__init__.py',
      null,
      null,
    ],
  );
  assert.equal(
    ['../lib/cart', '../lib/cart.js', '../lib', '../lib/tax', 'react', './cart.test'].map((name) =>
      resolve(name, script),
    ),
    ['lib/cart.ts', 'lib/cart.ts', 'lib/index.ts', 'lib/tax/index.js', null, 'test/cart.test.ts'],
  );
});

test('definitions are those of the file, with signatures as their short form', async () => {
  const python = [
    'LIMIT = 3',
    '@cached\ndef total(items: list) -> int:\n    def inner():\n        pass\n    return 1',
    'class Cart(Base):\n    size = 0\n\n    def add(self, item):\n        self.size += 1\n\n    @property\n    def empty(self):\n        return not self.size',
  ].join('\n\n');
  const found = await readDefinitions(python, 'python');
  assert.equal(
    found.map(({ name }) => name),
    ['LIMIT', 'total', 'Cart'].sort((a, b) => python.indexOf(a) - python.indexOf(b)),
  );
  const shortOf = (name: string) => found.find((definition) => definition.name === name)?.short;
  assert.is(shortOf('LIMIT'), 'LIMIT = 3');
  assert.is(shortOf('total'), '@cached\ndef total(items: list) -> int:');
  assert.is(shortOf('Cart'), 'class Cart(Base):\n    def add(self, item):\n    def empty(self):');
});

test('the same in TypeScript, exported or not', async () => {
  const text =
    'export const rate = 0.2;\nexport const net = (price: number): number => {\n  const x = 1;\n  return price * x;\n};\n' +
    'export default class Cart {\n  add(item: Item): void {\n    this.items.push(item);\n  }\n}\ninterface Item { name: string }\n';
  const found = await readDefinitions(text, 'typescript');
  const short = Object.fromEntries(found.map((definition) => [definition.name, definition.short]));
  assert.equal(Object.keys(short).sort(), ['Cart', 'Item', 'net', 'rate']);
  assert.is(short.net, 'export const net = (price: number): number =>');
  assert.is(short.Cart, 'export default class Cart\n    add(item: Item): void');
});

test.run();
