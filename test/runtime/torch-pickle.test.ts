import { ModelError } from '../../src/errors.ts';
import { readPickle } from '../../src/runtime/torch-pickle.ts';
import { assert, suite } from '../helpers/suite.ts';
import { operations, type Plain, pickle, torchTensor } from '../helpers/torch-writer.ts';

const test = suite('runtime/torch-pickle');

const read = (value: Plain) => readPickle(pickle(value), 'x.pt');
/** The operations between the protocol and the stop. */
const run = (...parts: (string | Uint8Array)[]) => read(operations(...parts));

function refuses(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    if (!(error instanceof ModelError)) throw error;
    assert.match(error.message, message);
    assert.match(error.message, /Cannot read x\.pt: .* \(operation at byte \d+\)\.\nNothing in it was run/s);
    return true;
  });
}

test('reads plain data: dictionaries in their order, lists, tuples, texts, numbers, None', () => {
  const value = { b: [1, -2, 300, 70_000, 2 ** 40, -(2 ** 40)], a: Object.freeze([1.5, -0]), ü: 'é\n"' };
  assert.equal(
    read(value),
    new Map<string, unknown>([
      ['b', value.b],
      ['a', [1.5, -0]],
      ['ü', 'é\n"'],
    ]),
  );
  assert.equal(read([null, true, false, [], {}]), [null, true, false, [], new Map()]);
  assert.equal(
    read({ __proto__x: 1, constructor: 2 }),
    new Map([
      ['__proto__x', 1],
      ['constructor', 2],
    ]),
  );
});

test('reads short integers, short tuples, single items and what was remembered', () => {
  assert.equal(run('(K\x05M\x00\x01K\x01K\x02\x86K\x07\x85NNN\x87t'), [
    5,
    256,
    [1, 2],
    [7],
    [null, null, null],
  ]);
  assert.equal(run('}X\x01\0\0\0kK\x01s'), new Map([['k', 1]]));
  assert.equal(run(']q\x05K\x01ah\x05'), [1]);
  assert.equal(run(']r\x05\x01\0\0K\x01aj\x05\x01\0\0'), [1]);
});

test('reads a tensor as a place in a storage', () => {
  assert.equal(
    read(torchTensor({ storage: '7', shape: [2, 3], offset: 4, count: 10, type: 'HalfStorage' })),
    {
      kind: 'tensor',
      storage: { kind: 'storage', key: '7', dtype: 'F16', count: 10 },
      offset: 4,
      shape: [2, 3],
      strides: [3, 1],
    },
  );
});

test('reads parameters, namespaces, sets and paths as the plain data in them', () => {
  const tensor = torchTensor({ storage: '0', shape: [1] });
  const parameter = Buffer.concat([
    text('ctorch._utils\n_rebuild_parameter\n('),
    body(tensor),
    text('\x89NtR'),
  ]);
  assert.equal(read(operations(parameter)), read(tensor));
  const namespace = Buffer.concat([text('cargparse\nNamespace\n)\x81'), body({ a: 1 }), text('b')]);
  assert.equal([...(read(operations(namespace)) as Map<string, unknown>)], [['a', 1]]);
  assert.equal(run('c__builtin__\nset\n](K\x01K\x02e\x85R'), [1, 2]);
  assert.is(run('cpathlib\nPosixPath\n(X\x01\0\0\0/X\x01\0\0\0aX\x01\0\0\0btR'), '/a/b');
  assert.equal(run('ccollections\nOrderedDict\n)R}X\x09\0\0\0_metadataK\x01sb'), new Map());
});

test('refuses everything that could run code, by its name', () => {
  const names = [
    ['posix\nsystem', 'posix.system'],
    ['os\nsystem', 'os.system'],
    ['builtins\neval', 'builtins.eval'],
    ['__builtin__\nexec', '__builtin__.exec'],
    ['builtins\ngetattr', 'builtins.getattr'],
    ['torch\nload', 'torch.load'],
    ['torch._utils\n_rebuild_tensor_v3', 'torch._utils._rebuild_tensor_v3'],
    ['torch\nDoubleStorage', 'torch.DoubleStorage'],
    ['mymodule\nEvil', 'mymodule.Evil'],
    ['Object\nprototype', 'Object.prototype'],
  ];
  for (const [name, shown] of names as [string, string][]) {
    const message = new RegExp(
      `names ${shown.replaceAll('.', '\\.')}, expected tensors of F32, .* could run code`,
    );
    refuses(() => run(`c${name}\n(X\x04\0\0\0truetR`), message); // __reduce__
    refuses(() => run(`c${name}\n)\x81`), message); // __reduce_ex__ with a class
    refuses(() => run(`c${name}\n`), message); // even when nothing is done with it
  }
});

test('refuses the operations of other protocols and of Python 1', () => {
  const none = /it has the operation 0x[0-9a-f]+, which plain data does not need/;
  for (const operation of [
    'i__main__\nx\n',
    'o',
    '\x93',
    '\x82\x01',
    'P1\n',
    "S'a'\n",
    'V1\n',
    '\x92',
    '2',
    '0',
  ])
    refuses(() => run(operation), none);
  refuses(() => readPickle(text('\x80\x04N.'), 'x.pt'), /pickle protocol 4, expected 2/);
  refuses(() => readPickle(text('\x80\x02'), 'x.pt'), /it ends at byte 2/);
});

test('refuses a known function where it does not belong', () => {
  refuses(() => run('(ccollections\nOrderedDict\nt'), /uses collections\.OrderedDict as a value/);
  refuses(() => run('K\x01)R'), /calls a value that is no function/);
  refuses(() => run('ccollections\nOrderedDict\nK\x01R'), /calls a value that is no function/);
  refuses(
    () => run('ccollections\nOrderedDict\n(K\x01tR'),
    /makes a dictionary or namespace of 1 values, expected none/,
  );
  refuses(() => run('ctorch._utils\n_rebuild_parameter\n(K\x01\x89NtR'), /parameter that is no tensor/);
  refuses(() => run('c__builtin__\nset\n(K\x01tR'), /set that is not made of a list/);
  refuses(() => run(']}b'), /sets attributes of a value that has none/);
});

test('refuses tensors that are not made as torch makes them', () => {
  const message = /tensor that is not made of a storage, an offset, a shape and strides/;
  for (const shape of [[-1], [0.5], Array(9).fill(1) as number[]])
    refuses(() => read(torchTensor({ storage: '0', shape, strides: shape.map(() => 1), count: 1 })), message);
  refuses(() => read(torchTensor({ storage: '0', shape: [2], strides: [1, 1] })), message);
  refuses(() => read(torchTensor({ storage: '0', shape: [2], offset: -1 })), message);
  const elsewhere = /refers to something outside of itself that is no storage/;
  refuses(() => run('X\x07\0\0\0/etc/xxQ'), elsewhere);
  refuses(() => run('(X\x07\0\0\0storageK\x01X\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ'), elsewhere);
});

test('refuses damaged programs: nothing to take, a bracket too many, a key twice', () => {
  refuses(() => run(''), /takes a value where there is none/);
  refuses(() => run('K\x01(a'), /takes a value where there is none/);
  refuses(() => run('t'), /closes a bracket that is not open/);
  refuses(() => run('K\x01K\x01a'), /appends to a value that is no list/);
  refuses(() => run(']K\x01K\x01s'), /sets an item of a value that is no dictionary/);
  refuses(() => run('}(X\x01\0\0\0ku'), /sets an item of a value that is no dictionary/);
  refuses(() => run('}K\x01K\x01s'), /a key that is no text/);
  refuses(() => run('}(X\x01\0\0\0kNX\x01\0\0\0kNu'), /has the key "k" twice/);
  refuses(() => run('h\x01'), /recalls value 1, which it never remembered/);
  refuses(() => run('X\x05\0\0\0abc'), /it ends at byte/);
  refuses(() => run('X\x02\0\0\0\xff\xff'), /a text that is not UTF-8/);
});

test.slow('refuses what grows over the named limits', () => {
  refuses(() => run('('.repeat(65)), /nests values more than 64 deep/);
  refuses(() => run('N'.repeat(100_001)), /stacks more than 100000 values/);
  refuses(() => run('X\xff\xff\xff\x7f'), /a text of 2147483647 bytes, expected 100000 at most/);
  refuses(() => run(`c${'a'.repeat(300)}\n`), /a name of more than 200 bytes/);
  refuses(() => run(`\x8a\x08${'\xff'.repeat(7)}\x7f`), /whole number of more than 53 bits/);
  refuses(() => run('N', '\x85'.repeat(500_000)), /more than 500000 operations/);
});

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
/** The operations of a value, without protocol and stop. */
const body = (value: Plain): Uint8Array => pickle(value).slice(2, -1);

test.run();
