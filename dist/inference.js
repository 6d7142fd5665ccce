import { r as InternalError } from "./chunks/errors.js";
import { Ot as openModelPack, _ as sendableError, at as loadPackagesFrom, b as withPrecision, t as createExecutor } from "./chunks/executor.js";
import { Worker } from "node:worker_threads";
// src/inference/lifeline.ts
/**
* Ends this process when its parent is gone, also while a model runs.
*
* A run keeps the main thread from noticing anything for seconds or minutes, so another thread holds the pipe to
* the parent: the system closes it however the parent ends, `kill -9` included.
*/
/** Plain JavaScript on purpose: it needs no loader and nothing of ours. */
const WATCH = `
  const { Socket } = require('node:net');
  const pipe = new Socket({ fd: 4, readable: true, writable: false });
  pipe.on('error', () => {});
  pipe.once('close', () => process.kill(process.pid, 'SIGKILL'));
  pipe.resume();
`;
function endWithParent() {
	process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
	new Worker(WATCH, {
		eval: true,
		execArgv: []
	}).unref();
}
// src/inference/child.ts
/**
* The program that runs the models: dist/inference.js, started by spawn.ts.
*
*   settings ─> question ─> answer ─> question ─> answer …
*
* Works on one question at a time, and says that it is alive between the runs of a model. Ends with its parent,
* also in the middle of a run. It inherits the parent's priority.
*/
const ALIVE_MS = 500;
let executor;
let work = Promise.resolve();
process.on("message", (message) => {
	if ("folder" in message) {
		executor = start(message);
		executor.catch(() => {});
		return;
	}
	work = work.then(() => answer(message));
});
process.on("SIGINT", () => {});
endWithParent();
async function start({ folder, precision, packagesFolder, ...options }) {
	if (packagesFolder !== null) loadPackagesFrom(packagesFolder);
	return createExecutor(withPrecision(openModelPack(folder), precision), options);
}
async function answer({ id, name, args }) {
	const alive = setInterval(() => say({ kind: "alive" }), ALIVE_MS);
	try {
		const open = await executor;
		if (!open) throw new InternalError("A question came before the settings.");
		const call = open[name];
		say({
			kind: "value",
			id,
			value: await call(...args)
		});
	} catch (error) {
		say({
			kind: "error",
			id,
			error: sendableError(error)
		});
	} finally {
		clearInterval(alive);
	}
}
const say = (reply) => {
	const message = {
		...reply,
		residentBytes: process.memoryUsage.rss()
	};
	process.send?.(message);
};
export {};
