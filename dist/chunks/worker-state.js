import { c as writeState, o as readState, r as readLock, s as stateFile } from "./lock.js";
import { r as logBytes, s as readRequests } from "./worker-log.js";
import { rmSync } from "node:fs";
// src/hooks/worker-state.ts
/**
* What the worker writes about itself and what `status` and `doctor` read: phase, last run, last error.
*
* Whether it lives is not written anywhere: the lock says it, and tells a killed worker from a living one.
*/
function readWorkerState(stateFolder) {
	const record = readState(stateFile(stateFolder, "worker"));
	const requests = readRequests(stateFolder);
	return {
		worker: describeWorker(stateFolder, record),
		lastError: parseError(readState(stateFile(stateFolder, "lastError"))),
		lastRun: parseRun(record?.lastRun),
		heartbeatAt: readLock(stateFile(stateFolder, "workerLock"))?.heartbeatAt ?? null,
		waitingRequests: requests.length,
		oldestRequestAt: requests[0]?.at ?? null,
		logFile: stateFile(stateFolder, "log"),
		logBytes: logBytes(stateFolder)
	};
}
function recordPhase(stateFolder, { token }, phase) {
	const path = stateFile(stateFolder, "worker");
	const lastRun = parseRun(readState(path)?.lastRun);
	writeState(path, {
		token,
		phase,
		since: (/* @__PURE__ */ new Date()).toISOString(),
		lastRun
	});
}
/** A good end forgets the last error. */
function recordEnd(stateFolder, run) {
	const path = stateFile(stateFolder, "worker");
	writeState(path, {
		...readState(path),
		lastRun: {
			...run,
			finishedAt: (/* @__PURE__ */ new Date()).toISOString()
		}
	});
	if (run.outcome === "done") rmSync(stateFile(stateFolder, "lastError"), { force: true });
}
function recordError(stateFolder, error) {
	const message = error instanceof Error ? error.message : String(error);
	writeState(stateFile(stateFolder, "lastError"), {
		at: (/* @__PURE__ */ new Date()).toISOString(),
		message
	});
}
function describeWorker(stateFolder, record) {
	const lock = readLock(stateFile(stateFolder, "workerLock"));
	if (lock === null) return {
		state: "idle",
		pid: null,
		since: null
	};
	const { owner, isLive } = lock;
	const place = {
		pid: owner?.pid ?? null,
		since: owner?.since ?? null
	};
	if (!isLive) return {
		state: "stale",
		...place
	};
	return {
		state: record?.token === owner?.token && record?.phase === "waiting" ? "waiting" : "running",
		...place
	};
}
function parseError(value) {
	const { at, message } = value ?? {};
	return typeof at === "string" && typeof message === "string" ? {
		at,
		message
	} : null;
}
function parseRun(value) {
	if (typeof value !== "object" || value === null) return null;
	const { startedAt, finishedAt, outcome } = value;
	return typeof startedAt === "string" && typeof finishedAt === "string" && (outcome === "done" || outcome === "failed") ? {
		startedAt,
		finishedAt,
		outcome
	} : null;
}
export { recordPhase as i, recordEnd as n, recordError as r, readWorkerState as t };
