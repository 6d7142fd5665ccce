/**
 * Row 7: the tokeniser on real source files, equal to the Python library token by token.
 *
 * The tokeniser is nano's; CODE2LORA_BENCH_TOKENIZER names another tokenizer.json, such as a pulled pack's.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { random } from '../../test/helpers/random.ts';
import { alternate, heading, line, number, showTarget, showTimes, type Times, timed } from './rows.ts';
import { type Answer, openPython, type Side } from './side.ts';

const FILES = 1000;
const MAX_BYTES = 60_000;
const FOLDERS = ['src', 'test', 'bench', 'training', 'docs', 'scripts', 'node_modules'];
const ENDINGS = ['.ts', '.js', '.mjs', '.cjs', '.py', '.md', '.json', '.yml', '.h', '.css', '.scm'];

export async function measureTokenizer(): Promise<void> {
  const path = process.env.CODE2LORA_BENCH_TOKENIZER ?? 'models/nano/tokenizer.json';
  heading(`Tokeniser ${path}`);
  const files = chooseFiles();
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const tokenizer = openTokenizer(path);
  await using python = await openPython(['tokenizers']);
  let ours: number[][] = [];
  let theirs: Answer | undefined;
  const encode = async () => {
    ours = texts.map((text) => tokenizer.encode(text));
  };
  const askPython = async (side: Side) => {
    theirs = await side.ask('tokenize', { tokenizer: path, files });
    return theirs.ms;
  };
  const times = await alternate(
    [
      { name: 'code2lora', run: () => timed(encode) },
      ...(python ? [{ name: 'Python tokenizers, one thread', run: () => askPython(python) }] : []),
    ],
    { rounds: 3 },
  );
  const tokens = ours.reduce((sum, { length }) => sum + length, 0);
  line(`${files.length} files, ${number(tokens / 1e6)} million tokens`);
  for (const each of times) showTimes(each, { amount: tokens, unit: 'tokens/s' });
  const speed = (tokens / (times[0] as Times).best) * 1000;
  showTarget('at least 300,000 tokens/s', `${Math.round(speed)}`, speed >= 300_000);
  const digests = (theirs as Answer | undefined)?.digests;
  if (digests) showEquality(files, ours, digests as string[]);
}

function showEquality(
  files: readonly string[],
  ours: readonly (readonly number[])[],
  digests: readonly string[],
): void {
  const other = files.filter((_, index) => digestOf(ours[index] as number[]) !== digests[index]);
  const names = other.length > 0 ? `; not ${other.slice(0, 5).join(', ')}` : '';
  showTarget(
    `equal to the Python tokenizers on ${files.length} files`,
    `${files.length - other.length} equal${names}`,
    other.length === 0,
  );
}

const digestOf = (ids: readonly number[]): string =>
  createHash('sha256')
    .update(new Uint8Array(Int32Array.from(ids).buffer))
    .digest('hex');

/**
 * The same ones each time, as long as the folders hold the same. A file that spells a special token is left out: it is
 * text to us and a token to the Python library, on purpose (src/runtime/tokenizer.ts).
 */
function chooseFiles(): string[] {
  const source = random(1);
  const shuffled = FOLDERS.flatMap(filesBelow)
    .sort()
    .map((path) => ({ path, key: source.uniform() }))
    .sort((a, b) => a.key - b.key);
  const chosen: string[] = [];
  for (const { path } of shuffled) {
    if (chosen.length === FILES) break;
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    if (Buffer.from(text).equals(bytes) && !/<\|\w+\|>/.test(text)) chosen.push(path);
  }
  return chosen;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => ENDINGS.includes(extname(path)) && !path.includes('.cache'))
    .filter((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isFile() && stats.size > 100 && stats.size < MAX_BYTES;
    });
}
