/** A small npm registry on loopback: one tarball, made of what a test puts into it, and what it was asked for. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import type { NativeFile } from '../../src/action/native-manifest.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Registry extends AsyncDisposable {
  url: string;
  /** Paths, in order. */
  requests: string[];
  /** Bytes of tarballs that went out. */
  sent(): number;
}

const PART_BYTES = 64 * 1024;

/** The first requests get `answers`, one each; the others the tarball. */
export async function startRegistry(tarball: Buffer, answers: readonly Answer[] = []): Promise<Registry> {
  const requests: string[] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const answer = answers[requests.length - 1];
    if (answer) return answer(request, response);
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    const parts = function* () {
      for (let at = 0; at < tarball.length; at += PART_BYTES) {
        const part = tarball.subarray(at, at + PART_BYTES);
        sent += part.length;
        yield part;
      }
    };
    pipeline(Readable.from(parts()), response).catch(() => undefined); // the client may have enough
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    sent: () => sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An npm tarball of these files, in this order; a `{ link }` is a symbolic link. */
export async function packTarball(
  files: Readonly<Record<string, string | Buffer | { link: string }>>,
): Promise<Buffer> {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, file);
    else writeFileSync(file, content);
  }
  const file = join(folder, 'packed.tgz');
  await create({ cwd: folder, file, gzip: true, portable: true }, Object.keys(files));
  return readFileSync(file);
}

/** How the manifest names a file. */
export function nativeFile(path: string, content: string | Buffer): NativeFile {
  const bytes = Buffer.byteLength(content);
  return { path, bytes, sha256: createHash('sha256').update(content).digest('hex') };
}
