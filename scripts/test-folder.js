/**
 * Where the fast tests keep their temporary files: in memory, where the machine has a place for that.
 *
 * They make thousands of small files, and a disk takes longer for those than the tests for the rest. All tests run
 * on the disk when everything runs.
 */
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Many times what they need. In a container there is often less, and programs may not run from there. */
const ENOUGH_BYTES = 2 ** 30;

/** Variables for the processes of the tests; the folder is removed when this process ends. */
export function temporaryFilesInMemory(env) {
  if (env.TMPDIR || !isFit()) return {};
  const dir = mkdtempSync(join(MEMORY, 'code2lora-tests-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return { TMPDIR: dir };
}

function isFit() {
  try {
    const [, options = 'noexec'] =
      new RegExp(`^\\S+ ${MEMORY} tmpfs (\\S+)`, 'm').exec(readFileSync('/proc/mounts', 'utf8')) ?? [];
    const { bavail, bsize } = statfsSync(MEMORY);
    return !options.split(',').includes('noexec') && bavail * bsize > ENOUGH_BYTES;
  } catch {
    return false; // not Linux
  }
}
