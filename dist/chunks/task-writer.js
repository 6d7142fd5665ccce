import { o as UsageError } from "./errors.js";
import { createWriteStream, renameSync } from "node:fs";
import { once } from "node:events";
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
	let failure;
	stream.on("error", (error) => {
		failure = error;
	});
	return {
		async write(task) {
			if (failure) throw cannotWrite(path, failure);
			if (stream.write(`${JSON.stringify(task)}\n`)) return;
			await once(stream, "drain").catch((error) => {
				throw cannotWrite(path, error);
			});
		},
		async close() {
			if (path === "-") return;
			stream.end();
			await finished(stream).catch((error) => {
				throw cannotWrite(path, error);
			});
			renameSync(temporary, path);
		}
	};
}
const cannotWrite = (path, cause) => new UsageError(`Cannot write ${path}: ${cause.message}`, { cause });
export { openTaskWriter };
