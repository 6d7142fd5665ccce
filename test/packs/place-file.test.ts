import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import { explainWrite } from '../../src/packs/disk-space.ts';
import { requireRoomFor } from '../../src/packs/place-file.ts';
import { assert, suite } from '../helpers/suite.ts';
import { temporaryHome } from './fixture.ts';

const test = suite('packs/place-file');
const { root } = temporaryHome();

const refuses = (act: () => void, message: RegExp) =>
  assert.throws(act, (error: Error) => error instanceof UsageError && message.test(error.message));

test('files of the same disk need no room: they are linked', () => {
  const path = join(root, 'large');
  writeFileSync(path, '');
  const { bavail, bsize } = statfsSync(root);
  truncateSync(path, bavail * bsize + 1_000_000_000); // a hole
  requireRoomFor([path], join(root, 'not', 'there', 'yet'));
});

test('files of another disk are counted before the first is copied', () => {
  const other = '/dev/shm';
  if (!existsSync(other) || statSync(other).dev === statSync(root).dev) return;
  const folder = mkdtempSync(join(other, 'code2lora-'));
  try {
    const path = join(folder, 'weights');
    writeFileSync(path, 'x');
    requireRoomFor([path], root);
    truncateSync(path, 2 ** 42);
    refuses(
      () => requireRoomFor([path, path], root),
      /Cannot copy the files from another disk: 8\.8 TB are needed in .*, .* are free there\.\nFree some space/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is gone is not a folder that cannot be written', () => {
  refuses(() => requireRoomFor([join(root, 'gone')], root), /Cannot read .*gone: ENOENT.*\nRestore the file/);
});

test('a limit on the size of files is not a folder that cannot be written', () => {
  const error = Object.assign(new Error('EFBIG: file too large, write'), { code: 'EFBIG', syscall: 'write' });
  assert.match(
    (explainWrite(error, '/x') as Error).message,
    /EFBIG.*\nFiles of this size are not allowed there/,
  );
});

test.run();
