import { c as writeState, o as readState, s as stateFile } from "./lock.js";
import { basename, dirname, join } from "node:path";
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
// src/hooks/requests.ts
/**
* What the hooks ask of the worker: one file for each work tree, replaced by the next event of that tree.
*
* So a hundred commits during one run of the worker are one request afterwards. A request is moved while it
* is worked on and removed at the end; what a killed worker leaves is found by the next one.
*/
/** Leaves a request for the worker. `commonDir` is where the state folder lies. */
function addRequest(stateFolder, request) {
	const { commonDir, ...content } = request;
	const name = content.gitDir === commonDir ? "main" : `worktree-${basename(content.gitDir)}`;
	writeState(join(stateFile(stateFolder, "dirty"), name), content);
}
/** Requests that nobody has taken yet, oldest first. */
const readRequests = (stateFolder) => readFolder(stateFile(stateFolder, "dirty")).map(([, request]) => request).sort((a, b) => a.at - b.at);
/** Moves requests out of the way of new ones. */
function takeRequests(stateFolder, isWanted) {
	const [dirty, taken] = [stateFile(stateFolder, "dirty"), stateFile(stateFolder, "taken")];
	mkdirSync(taken, { recursive: true });
	const wanted = readFolder(dirty).filter(([, request]) => isWanted(request));
	for (const [name] of wanted) renameSync(join(dirty, name), join(taken, name));
	return readFolder(taken).map(([, request]) => request).sort((a, b) => a.at - b.at);
}
/** Puts back what a killed worker had taken; a newer request of the same tree wins. Returns how many. */
function restoreRequests(stateFolder) {
	const [dirty, taken] = [stateFile(stateFolder, "dirty"), stateFile(stateFolder, "taken")];
	const abandoned = readFolder(taken);
	mkdirSync(dirty, { recursive: true });
	for (const [name] of abandoned) if (!existsSync(join(dirty, name))) renameSync(join(taken, name), join(dirty, name));
	finishRequests(stateFolder);
	return abandoned.length;
}
/** The taken requests are done, well or badly. */
function finishRequests(stateFolder) {
	rmSync(stateFile(stateFolder, "taken"), {
		recursive: true,
		force: true
	});
}
function readFolder(folder) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder).filter((name) => !name.endsWith(".tmp")).flatMap((name) => {
		const request = parseRequest(readState(join(folder, name)));
		return request ? [[name, request]] : [];
	});
}
function parseRequest(value) {
	const { workTree, gitDir, hook, at } = value ?? {};
	return [
		workTree,
		gitDir,
		hook
	].every((text) => typeof text === "string") && typeof at === "number" ? {
		workTree,
		gitDir,
		hook,
		at
	} : void 0;
}
// src/hooks/worker-log.ts
/**
* The log of the worker: at most two files of a fixed size, `log` and, before it, `log.1`.
*/
const MAX_LOG_BYTES = 262144;
const MAX_LINE = 4e3;
/** Appends one line with the time in front of it. */
function appendLog(stateFolder, line) {
	const path = stateFile(stateFolder, "log");
	mkdirSync(dirname(path), { recursive: true });
	rotateLog(stateFolder);
	const text = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line;
	appendFileSync(path, `${(/* @__PURE__ */ new Date()).toISOString()} ${process.pid} ${text}\n`, { mode: 384 });
}
function rotateLog(stateFolder) {
	if (logBytes(stateFolder) > 262144) renameSync(stateFile(stateFolder, "log"), stateFile(stateFolder, "oldLog"));
}
function logBytes(stateFolder) {
	return statSync(stateFile(stateFolder, "log"), { throwIfNoEntry: false })?.size ?? 0;
}
export { addRequest as a, restoreRequests as c, rotateLog as i, takeRequests as l, appendLog as n, finishRequests as o, logBytes as r, readRequests as s, MAX_LOG_BYTES as t };
