import { t as operationInProgress } from "./git-operation.js";
import { a as isInstalled, n as acquireLockFile, s as stateFile, u as lowerPriority } from "./lock.js";
import { c as restoreRequests, l as takeRequests, n as appendLog, o as finishRequests, s as readRequests } from "./worker-log.js";
import { i as recordPhase, n as recordEnd, r as recordError } from "./worker-state.js";
import { join } from "node:path";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { availableParallelism, tmpdir, userInfo } from "node:os";
// src/hooks/slots.ts
/**
* How many workers may run on this machine at a time, over all repositories of a user.
*
* In: a number. Out: a lock on one of that many slots. The folder is the user's own: in a shared temporary
* folder anybody could otherwise stop our workers or make us write elsewhere.
*/
const DEFAULT_MAX_WORKERS = Math.max(1, Math.min(2, Math.floor(availableParallelism() / 4)));
/** `null` while all slots are taken. */
function acquireSlot(folder, count) {
	for (let slot = 0; slot < count; slot += 1) {
		const lock = acquireLockFile(join(folder, `slot-${slot}`));
		if (lock !== null) return lock;
	}
	return null;
}
/** The folder of the slots, made if needed; `null` when there is none that is safely ours. */
function openSlotFolder(env = process.env) {
	const { uid } = userInfo();
	const runtime = env.XDG_RUNTIME_DIR;
	const folder = runtime ? join(runtime, "code2lora") : join(tmpdir(), `code2lora-${uid}`);
	try {
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		const found = lstatSync(folder);
		return found.isDirectory() && (uid === -1 || found.uid === uid) ? folder : null;
	} catch {
		return null;
	}
}
// src/hooks/stop-signal.ts
/**
* Turns the wish of the system that a process ends into an AbortSignal, and insists after a few seconds.
*/
const SIGNALS = [
	"SIGTERM",
	"SIGINT",
	"SIGHUP"
];
const GRACE_MS = 5e3;
/**
* The second signal, or the end of the grace time, ends the process at once: locks and requests that are
* left are taken over by the next worker.
*/
function stopOnSignal(outer) {
	const controller = new AbortController();
	const forget = () => {
		for (const name of SIGNALS) process.removeListener(name, stop);
	};
	const stop = (name) => {
		forget();
		controller.abort();
		setTimeout(() => process.kill(process.pid, name), GRACE_MS).unref();
	};
	for (const name of SIGNALS) process.on(name, stop);
	outer?.addEventListener("abort", () => controller.abort(), { once: true });
	if (outer?.aborted) controller.abort();
	return {
		signal: controller.signal,
		forget
	};
}
// src/hooks/worker.ts
/**
* The background worker: one for each repository, however many hooks fire in however many work trees.
*
*   lock ─> wait until git is quiet ─> slot ─> take the requests ─> task ─> again while there are requests
*
* In: a task. Out: its effects, a record of how it went, a log. The work follows from the history and not
* from the events, so a lost event or a killed worker costs time and nothing else. Knows no model.
*/
const DEBOUNCE_MS = 1e3;
const PATIENCE_MS = 3e5;
const POLL_MS = 500;
/** Works off the requests of a repository, then ends. Never rejects because of the task. */
async function runWorker(stateFolder, options) {
	const stop = stopOnSignal(options.signal);
	const settings = complete(stateFolder, options, stop.signal);
	try {
		let outcome;
		do
			outcome = await workOnce(settings);
		while (isFinished(outcome) && readRequests(stateFolder).length > 0);
		return outcome;
	} finally {
		stop.forget();
	}
}
async function workOnce(settings) {
	const lock = acquireLockFile(stateFile(settings.stateFolder, "workerLock"));
	if (lock === null) return "busy";
	try {
		return await drain(settings, lock);
	} finally {
		await lock.release();
	}
}
const isFinished = (outcome) => outcome === "done" || outcome === "failed";
function complete(stateFolder, options, signal) {
	return {
		stateFolder,
		log: (line) => appendLog(stateFolder, line),
		debounceMs: DEBOUNCE_MS,
		patienceMs: PATIENCE_MS,
		pollMs: POLL_MS,
		maxWorkers: DEFAULT_MAX_WORKERS,
		slotFolder: openSlotFolder(),
		...options,
		signal
	};
}
async function drain(settings, lock) {
	const { stateFolder, log } = settings;
	lowerPriority();
	const abandoned = restoreRequests(stateFolder);
	if (abandoned > 0) log(`a worker ended in the middle of its work; ${abandoned} request(s) taken over`);
	let outcome = "none";
	while (isInstalled(stateFolder) && readRequests(stateFolder).length > 0) {
		recordPhase(stateFolder, lock.owner, "waiting");
		if (!await waitForQuiet(settings)) return settings.signal.aborted ? "stopped" : "postponed";
		const slot = await waitForSlot(settings);
		if (slot === void 0) return settings.signal.aborted ? "stopped" : "postponed";
		recordPhase(stateFolder, lock.owner, "running");
		outcome = await runTask(settings).finally(() => slot?.release());
		if (outcome === "stopped") break;
	}
	return outcome;
}
/** Until no request is younger than the debounce time and at least one work tree is at rest. */
async function waitForQuiet(settings) {
	const { stateFolder, debounceMs } = settings;
	return await poll(settings, "git", () => {
		const requests = readRequests(stateFolder);
		const newest = Math.max(...requests.map(({ at }) => at));
		return (Date.now() - newest >= debounceMs || newest > Date.now()) && requests.some(isReady) ? true : void 0;
	}) === true;
}
/** `null` where there is no limit, `undefined` when none came free in time. */
async function waitForSlot(settings) {
	const { slotFolder, maxWorkers } = settings;
	if (slotFolder === null) return null;
	return poll(settings, "a free worker slot", () => acquireSlot(slotFolder, maxWorkers) ?? void 0);
}
async function poll(settings, what, look) {
	const { signal, patienceMs, pollMs, debounceMs, log } = settings;
	const deadline = Date.now() + patienceMs + debounceMs;
	for (;;) {
		if (signal.aborted) return void 0;
		const found = look();
		if (found !== void 0) return found;
		if (Date.now() > deadline) break;
		await new Promise((resolve) => setTimeout(resolve, Math.min(pollMs, debounceMs || pollMs)));
	}
	log(`waited ${Math.round(patienceMs / 1e3)} s for ${what}; the next hook tries again`);
}
async function runTask(settings) {
	const { stateFolder, task, signal, log } = settings;
	const requests = takeRequests(stateFolder, isReady);
	const startedAt = (/* @__PURE__ */ new Date()).toISOString();
	try {
		const present = requests.filter(isPresent);
		if (present.length > 0) await task({
			requests: present,
			signal,
			log
		});
		if (signal.aborted) return "stopped";
		return finish(settings, {
			startedAt,
			outcome: "done"
		});
	} catch (error) {
		if (signal.aborted) return "stopped";
		log(`failed: ${error instanceof Error ? error.stack : error}`);
		return finish(settings, {
			startedAt,
			outcome: "failed",
			error
		});
	}
}
function finish({ stateFolder }, end) {
	if (!isInstalled(stateFolder)) return "none";
	if (end.outcome === "failed") recordError(stateFolder, end.error);
	recordEnd(stateFolder, {
		startedAt: end.startedAt,
		outcome: end.outcome
	});
	finishRequests(stateFolder);
	return end.outcome;
}
const isPresent = ({ workTree, gitDir }) => existsSync(workTree) && existsSync(gitDir);
const isReady = (request) => !isPresent(request) || operationInProgress(request.gitDir) === void 0;
export { runWorker as t };
