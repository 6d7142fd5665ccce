/**
 * Messages about files of a pack that is being built → messages about the files that it is built from.
 *
 * The folder of a build is gone when its error is read, and a download is named by its digest: neither says what a
 * person has to replace. In: an error, and what each path is called. Out: the same error in other words.
 */
import { ModelError } from '../errors.ts';

/** `names`: path → what it is called. Only ModelErrors are about files that were given. */
export function inSourceNames(error: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof ModelError)) return error;
  let { message } = error;
  // The longest first: one path may be the beginning of another.
  for (const [path, name] of [...names].sort(([a], [b]) => b.length - a.length))
    message = message.replaceAll(path, name);
  return message === error.message ? error : new ModelError(message, { cause: error });
}
