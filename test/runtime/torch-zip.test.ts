import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { readZipEntries } from '../../src/runtime/torch-zip.ts';
import { goldenCheckpointPath } from '../helpers/golden-checkpoint.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeZip, type ZipPart, type ZipSettings } from '../helpers/torch-writer.ts';

const test = suite('runtime/torch-zip');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-zip-'));
test.after(() => rmSync(folder, { recursive: true }));

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const parts = (): [ZipPart, ZipPart, ZipPart] => [
  { name: 'a/data.pkl', content: text('first') },
  { name: 'a/data/0', content: text('second one') },
  { name: 'a/data/1', content: text('third') },
];

function zip(entries: readonly ZipPart[], settings?: ZipSettings): string {
  const path = join(folder, 'x.pt');
  writeZip(path, entries, settings);
  return path;
}

function refuses(path: string, message: RegExp): void {
  assert.throws(
    () => readZipEntries(path),
    (error: unknown) => {
      if (!(error instanceof ModelError)) throw error;
      assert.match(error.message, message);
      return true;
    },
  );
}

/** What the reader says lies in each entry. */
function contents(path: string): Record<string, string> {
  const bytes = readFileSync(path);
  const entries = [...readZipEntries(path).values()];
  return Object.fromEntries(
    entries.map(({ name, offset, length }) => [name, bytes.toString('latin1', offset, offset + length)]),
  );
}

const EXPECTED = { 'a/data.pkl': 'first', 'a/data/0': 'second one', 'a/data/1': 'third' };

test('finds the bytes of every entry, with fields of 32 or 64 bits, and with a comment behind', () => {
  assert.equal(contents(zip(parts())), EXPECTED);
  assert.equal(contents(zip(parts(), { zip64: true })), EXPECTED);
  assert.equal(contents(zip(parts(), { comment: 'made by hand' })), EXPECTED);
  assert.equal(contents(zip([])), {});
});

test('finds the entries of a file that torch wrote, aligned for its numbers', () => {
  const entries = readZipEntries(goldenCheckpointPath('static'));
  assert.ok(entries.has('static/data.pkl') && entries.has('static/byteorder'));
  const storages = [...entries.values()].filter(({ name }) => name.startsWith('static/data/'));
  assert.is(storages.length, 22); // 2 layers, 3 · 2 heads and their weight and bias, 6 scales
  assert.ok(storages.every(({ offset }) => offset % 64 === 0));
});

test('refuses a file that is cut off anywhere', () => {
  const bytes = readFileSync(zip(parts()));
  const path = join(folder, 'cut.pt');
  for (const length of [0, 10, 21, 100, bytes.length - 100, bytes.length - 1]) {
    writeFileSync(path, bytes.subarray(0, length));
    refuses(path, /no end record: the file is cut off or no zip archive/);
  }
  const [, , last] = parts();
  refuses(
    zip([...parts().slice(0, 2), { ...last, listedLength: 10_000 }]),
    /data\/1 ends at byte \d+, its directory starts/,
  );
});

test('refuses entries that were swapped, moved or listed twice', () => {
  const [first, second, third] = parts();
  refuses(
    zip([first, { ...second, localName: 'a/data/1' }, third]),
    /directory has entry a\/data\/0 where the file has a\/data\/1/,
  );
  refuses(zip([first, { ...second, listedOffset: 7 }, third]), /entry a\/data\/0 is not at byte 7/);
  refuses(zip([first, { ...second, listedOffset: 1e9 }, third]), /expected 1000000030 bytes at least/);
  refuses(zip([first, second, { ...second, content: text('x') }]), /it has entry a\/data\/0 twice/);
  refuses(
    zip([first, { ...second, listedLength: 20 }, third]),
    /data\/1 starts at byte \d+, inside of another entry/,
  );
  refuses(
    zip([first, { ...second, flags: 0, content: text('sized') }]),
    /data\/0 has 0 bytes, its directory says 5/,
  );
});

test('refuses compressed and encrypted entries by name', () => {
  const [first, second] = parts();
  refuses(
    zip([first, { ...second, method: 8 }]),
    /entry a\/data\/0 is compressed \(method 8\), expected stored/,
  );
  refuses(zip([first, { ...second, flags: 1 }]), /entry a\/data\/0 is encrypted/);
});

test('refuses counts and sizes that do not fit the file', () => {
  refuses(zip(parts(), { entryCount: 2 }), /does not list the 2 entries it announces/);
  refuses(zip(parts(), { entryCount: 4 }), /does not list the 4 entries it announces/);
  refuses(
    zip(parts(), { zip64: true, entryCount: 2 ** 40 }),
    /lists 1099511627776 entries, expected 100000 at most/,
  );
  const bytes = readFileSync(zip(parts()));
  const end = bytes.length - 22;
  const damaged = (change: () => void, message: RegExp) => {
    const before = Buffer.from(bytes);
    change();
    writeFileSync(join(folder, 'size.pt'), bytes);
    before.copy(bytes);
    refuses(join(folder, 'size.pt'), message);
  };
  damaged(() => bytes.writeUInt32LE(0x7fffffff, end + 12), /its directory has 2147483647 bytes/);
  damaged(
    () => bytes.writeUInt32LE(0x7fffffff, end + 16),
    /its directory ends at byte \d+, expected before byte \d+/,
  );
  damaged(
    () => bytes.writeUInt32LE(bytes.readUInt32LE(end + 16) - 1, end + 16),
    /its directory is damaged at byte/,
  );
  damaged(
    () => bytes.writeUInt16LE(0xffff, bytes.readUInt32LE(end + 16) + 28),
    /its directory is damaged at byte/,
  );
});

test('refuses 64-bit fields that are missing or too large', () => {
  const bytes = readFileSync(zip(parts(), { zip64: true }));
  const path = join(folder, 'wide.pt');
  const locator = bytes.length - 22 - 20;
  const offset = Number(bytes.readBigUInt64LE(locator + 8));
  const directory = Number(bytes.readBigUInt64LE(offset + 48));
  const damaged = (at: number, value: bigint, message: RegExp) => {
    const copy = Buffer.from(bytes);
    copy.writeBigUInt64LE(value, at);
    writeFileSync(path, copy);
    refuses(path, message);
  };
  damaged(locator + 8, 2n ** 60n, /it has the offset or size 1152921504606846976/);
  damaged(locator + 8, 3n, /its zip64 end record is not at byte 3/);
  damaged(directory + 46 + 'a/data.pkl'.length, 0n, /the sizes of entry a\/data.pkl do not agree/);
});

test.run();
