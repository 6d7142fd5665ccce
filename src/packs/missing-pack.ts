/** What to say when a command asks for a pack that is not on this machine. Downloads nothing: only `models` does. */
import { UsageError } from '../errors.ts';
import { sizeText } from '../report/sizes.ts';
import { cachedPacks, type PackHome } from './folder.ts';
import { diskBytes, OFFICIAL_PACKS } from './official.ts';

/** The precision that a pull chooses by itself. */
export const DEFAULT_PRECISION = 'int8';

export function missingPack(
  name: string,
  { shipped, home }: { shipped: string; home: PackHome },
): UsageError {
  const official = OFFICIAL_PACKS.find((pack) => pack.name === name);
  if (official !== undefined) {
    const [download, disk] = [official.downloadBytes, diskBytes(official, DEFAULT_PRECISION)].map(sizeText);
    return new UsageError(
      `The model pack "${name}" is not on this machine.\n` +
        `Run "code2lora models pull ${name}": it downloads about ${download} and takes about ${disk} of disk.`,
    );
  }
  const here = cachedPacks(home).map((pack) => pack.name);
  return new UsageError(
    `No model pack is called "${name}".\nShipped with this version: ${shipped}.` +
      `${here.length > 0 ? ` In ${home.packs}: ${here.join(', ')}.` : ''} ` +
      `"code2lora models pull" gets ${OFFICIAL_PACKS.map((pack) => pack.name).join(' or ')}. A folder is given as a path, such as ./my-pack.`,
  );
}
