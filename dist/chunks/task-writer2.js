import { o as UsageError } from "./errors.js";
import { once } from "node:events";
import { dirname } from "node:path";
import { createWriteStream, mkdirSync, renameSync } from "node:fs";
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
// src/commands/task-writer.ts
/**
* Tasks → JSON lines in a file or on standard output, with back-pressure.
*
* A file is written beside its place and renamed at the end: an interrupted run leaves the old data set.
*/
/** `-` is standard output. */
function openTaskWriter(path) {
	const temporary = `${path}.part`;
	const stream = path === "-" ? process.stdout : createWriteStream(temporary);
	const hash = createHash("sha256");
	let bytes = 0;
	let failure;
	stream.on("error", (error) => {
		failure = error;
	});
	return {
		async write(task) {
			if (failure) throw cannotWrite(path, failure);
			const line = Buffer.from(`${JSON.stringify(task)}\n`);
			bytes += line.length;
			hash.update(line);
			if (stream.write(line)) return;
			await once(stream, "drain").catch((error) => {
				throw cannotWrite(path, error);
			});
		},
		async close() {
			if (path !== "-") {
				stream.end();
				await finished(stream).catch((error) => {
					throw cannotWrite(path, error);
				});
				renameSync(temporary, path);
			}
			return {
				bytes,
				sha256: hash.digest("hex")
			};
		},
		async discard() {
			if (path === "-") return;
			stream.destroy();
			await finished(stream).catch(() => {});
			await rm(temporary, { force: true }).catch(() => {});
		}
	};
}
/** Makes the folder that a file goes into. */
function makeFolderOf(path) {
	try {
		mkdirSync(dirname(path), { recursive: true });
	} catch (cause) {
		throw cannotWrite(path, cause);
	}
}
const cannotWrite = (path, cause) => new UsageError(`Cannot write ${path}: ${cause.message}`, { cause });
export { openTaskWriter as n, makeFolderOf as t };
