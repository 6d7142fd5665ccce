import { t as GitError } from "./errors.js";
import { execFile, spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { constants as constants$1, homedir, hostname, setPriority } from "node:os";
// src/hooks/environment.ts
/**
* What the environment says to us, and what of it a background process may keep.
*
* Pure: environment in, answer or environment out.
*/
/**
* Settings of the user rather than of one git command. All other GIT_ variables are dropped: inside a hook
* they point to the repository and index of the command that runs it (git rev-parse --local-env-vars).
*/
const KEPT = [
	"GIT_CONFIG_GLOBAL",
	"GIT_CONFIG_SYSTEM",
	"GIT_CONFIG_NOSYSTEM",
	"GIT_CEILING_DIRECTORIES"
];
const NOT_SET = [
	"",
	"0",
	"false"
];
/** The switch that is on, for a message; `undefined` when hooks are wanted. */
function offSwitch(env) {
	if (env.CODE2LORA === "0") return "CODE2LORA=0";
	const { CI = "" } = env;
	return NOT_SET.includes(CI) ? void 0 : `CI=${CI}`;
}
function cleanEnvironment(env) {
	const isKept = (name) => !name.startsWith("GIT_") || KEPT.includes(name);
	return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));
}
// src/hooks/spawn.ts
/**
* Starts processes: git with the user's own settings, `ps`, `gh`, and the detached worker.
*
* git/run.ts pins settings and so cannot say where git really looks for hooks; this one can. Knows nothing
* about locks or installations.
*/
/** Runs git; any exit code is an answer. Throws GitError when git cannot be started. */
function askGit(folder, args) {
	const options = {
		cwd: folder,
		env: {
			...cleanEnvironment(process.env),
			LC_ALL: "C"
		}
	};
	return new Promise((resolve, reject) => {
		execFile("git", args, options, (error, stdout, stderr) => {
			const code = error === null ? 0 : error.code;
			if (typeof code === "number") resolve({
				code,
				stdout,
				stderr
			});
			else reject(new GitError(args, error?.message ?? "no exit code", { cause: error }));
		});
	});
}
/** Runs git and returns its output without the last line end. Throws GitError unless it exits with 0. */
async function runGit(folder, args) {
	const { code, stdout, stderr } = await askGit(folder, args);
	if (code !== 0) throw new GitError(args, `exit code ${code}: ${stderr.trim()}`);
	return stdout.replace(/\r?\n$/, "");
}
/**
* Starts `node args` with low priority in a session of its own and does not wait. None of our stdio is
* handed down: a program that waits for the hook's output to close (every GUI client) would wait for it.
*/
function startDetached(args, { folder, env, outputFile }) {
	lowerPriority();
	const output = openSync(outputFile, "a", 384);
	const stdio = [
		"ignore",
		output,
		output
	];
	const child = spawn(process.execPath, args, {
		cwd: folder,
		env,
		stdio: [...stdio],
		detached: true,
		windowsHide: true
	});
	child.once("error", () => {});
	child.unref();
	closeSync(output);
}
/** Below everything that the user waits for; children and later threads inherit it. */
function lowerPriority() {
	try {
		setPriority(constants$1.priority.PRIORITY_BELOW_NORMAL);
	} catch {}
}
/** When a process was started, as `ps` says it, where there is no /proc; `null` when it cannot tell. */
function startTimeFromPs(pid) {
	if (process.platform === "win32") return null;
	const { status, stdout } = spawnSync("ps", [
		"-o",
		"lstart=",
		"-p",
		String(pid)
	], { encoding: "utf8" });
	return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}
/** The token that GitHub's own program, `gh`, keeps for a host; null without the program or a login. */
function tokenOfGh(host) {
	const options = {
		cwd: homedir(),
		timeout: 1e4,
		windowsHide: true
	};
	return new Promise((resolve) => {
		execFile("gh", [
			"auth",
			"token",
			"--hostname",
			host
		], options, (error, stdout) => resolve(error === null && stdout.trim() !== "" ? stdout.trim() : null));
	});
}
// src/hooks/process-identity.ts
/**
* Is the process that wrote this still the same one?
*
* A pid alone does not say it: pids are used again, a container has its own, and a killed process whose
* parent does not collect it stays as a zombie.
*/
function ownIdentity() {
	const { pid } = process;
	return {
		pid,
		startTime: inspectProcess(pid).startTime,
		host: currentHost()
	};
}
/** `undefined` for a process of another machine or container: cannot be told from here. */
function isAlive(identity) {
	if (identity.host !== currentHost()) return void 0;
	if (!answersSignal(identity.pid)) return false;
	const { startTime, isZombie } = inspectProcess(identity.pid);
	if (isZombie) return false;
	return startTime === null || identity.startTime === null || startTime === identity.startTime;
}
function currentHost() {
	try {
		return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		return hostname();
	}
}
function answersSignal(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}
function inspectProcess(pid) {
	if (process.platform !== "linux") return {
		startTime: startTimeFromPs(pid),
		isZombie: false
	};
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const [state = ""] = fields;
		return {
			startTime: `${bootId()} ${fields[19]}`,
			isZombie: state === "Z" || state === "X"
		};
	} catch {
		return {
			startTime: null,
			isZombie: false
		};
	}
}
/** Ticks count from the boot, so a pid and a tick can meet again after the next one. */
function bootId() {
	try {
		return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8);
	} catch {
		return "";
	}
}
// src/hooks/state-files.ts
/**
* The names of our files in <common git dir>/code2lora, and how small JSON files are read and replaced.
*
* Snapshots, embeddings and check results lie in the same folder and belong to others. Imports nothing but
* Node, like all that the git hook starts.
*/
const STATE_FILE = {
	/** What init did; no file, no work. */
	install: "install.json",
	/** Shell script with the paths of this machine; started by the hooks. */
	launcher: "launch.sh",
	/** Held by whoever changes the stored state. */
	lock: "lock",
	/** Held by the one worker as long as it lives. */
	workerLock: "worker.lock",
	worker: "worker.json",
	lastError: "last-error.json",
	log: "log",
	oldLog: "log.1",
	/** Folder: one file for each work tree that has something to do. */
	dirty: "dirty",
	/** Folder: the same files while the worker is at them. */
	taken: "taken"
};
const stateFile = (stateFolder, name) => join(stateFolder, STATE_FILE[name]);
const isInstalled = (stateFolder) => existsSync(stateFile(stateFolder, "install"));
/** Replaces a file in one step; makes its folder. */
function writeState(path, value) {
	mkdirSync(dirname(path), { recursive: true });
	const temporary = `${path}.${process.pid}.tmp`;
	writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`);
	renameSync(temporary, path);
}
/** The object in a JSON file; `undefined` when there is no such file or it holds anything else. */
function readState(path) {
	try {
		const value = JSON.parse(readFileSync(path, "utf8"));
		return typeof value === "object" && value !== null ? value : void 0;
	} catch {
		return;
	}
}
// src/hooks/lock.ts
/**
* Lock files: who holds them, taking them, and taking over those of the dead.
*
* Node has no flock, so a lock is a file made with O_EXCL that names its owner. It lies in the common git
* folder: one lock for all linked worktrees. Knows nothing about what it protects.
*/
const HEARTBEAT_MS = 15e3;
/** An owner on another machine or in another container cannot be asked, only be missed. */
const FOREIGN_SILENCE_MS = 8 * HEARTBEAT_MS;
/** A lock without a readable owner may be one that is being written. */
const UNREADABLE_MS = 2e3;
/** The lock on the stored state of a repository; `null` while another process holds it. */
async function acquireLock(stateFolder) {
	return acquireLockFile(stateFile(stateFolder, "lock"));
}
function acquireLockFile(path) {
	mkdirSync(dirname(path), { recursive: true });
	const owner = newOwner();
	for (let attempt = 0; attempt < 3; attempt += 1) {
		if (createLockFile(path, owner)) return openLock(path, owner);
		const found = readLock(path);
		if (found?.isLive) return null;
		if (found) removeAbandoned(path, found);
	}
	return null;
}
/** `null` when nobody holds it. */
function readLock(path) {
	try {
		const heartbeatAt = statSync(path).mtimeMs;
		const owner = parseOwner(readFileSync(path, "utf8"));
		return {
			owner,
			heartbeatAt,
			isLive: isLive(owner, Date.now() - heartbeatAt)
		};
	} catch (error) {
		if (error.code === "ENOENT") return null;
		throw error;
	}
}
function isLive(owner, silenceMs) {
	if (owner === null) return silenceMs < UNREADABLE_MS;
	return isAlive(owner) ?? silenceMs < FOREIGN_SILENCE_MS;
}
function newOwner() {
	const token = `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
	return {
		...ownIdentity(),
		token,
		since: (/* @__PURE__ */ new Date()).toISOString()
	};
}
function parseOwner(text) {
	try {
		const { pid, startTime = null, host, token, since } = JSON.parse(text);
		return Number.isInteger(pid) && Number(pid) > 0 && [
			host,
			token,
			since
		].every((x) => typeof x === "string") ? {
			pid,
			startTime,
			host,
			token,
			since
		} : null;
	} catch {
		return null;
	}
}
function createLockFile(path, owner) {
	try {
		const file = openSync(path, "wx", 384);
		writeSync(file, JSON.stringify(owner));
		closeSync(file);
		return true;
	} catch (error) {
		if (error.code === "EEXIST") return false;
		throw error;
	}
}
/**
* Removes a lock that we have just seen to be abandoned, unless it is another one by now. Only one process
* at a time may do so: a second one would remove the lock that the first one takes next.
*/
function removeAbandoned(path, seen) {
	const guard = `${path}.recovery`;
	if (!createLockFile(guard, newOwner())) {
		if (Date.now() - modifiedAt(guard) > UNREADABLE_MS) rmSync(guard, { force: true });
		return;
	}
	const found = readLock(path);
	if (found && !found.isLive && found.owner?.token === seen.owner?.token) rmSync(path, { force: true });
	rmSync(guard, { force: true });
}
function modifiedAt(path) {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}
/** Of this process: a lock must not stay behind when it exits in the middle. */
const held = /* @__PURE__ */ new Set();
const releaseAll = () => {
	for (const remove of held) remove();
};
function openLock(path, owner) {
	const isHeld = () => readLock(path)?.owner?.token === owner.token;
	const beat = () => {
		const now = /* @__PURE__ */ new Date();
		if (isHeld()) utimesSync(path, now, now);
	};
	const timer = setInterval(beat, HEARTBEAT_MS).unref();
	const remove = () => {
		clearInterval(timer);
		held.delete(remove);
		if (held.size === 0) process.removeListener("exit", releaseAll);
		if (isHeld()) rmSync(path, { force: true });
	};
	if (held.size === 0) process.once("exit", releaseAll);
	held.add(remove);
	const release = async () => remove();
	return {
		owner,
		isHeld,
		release,
		[Symbol.asyncDispose]: release
	};
}
export { isInstalled as a, writeState as c, runGit as d, startDetached as f, offSwitch as h, STATE_FILE as i, askGit as l, cleanEnvironment as m, acquireLockFile as n, readState as o, tokenOfGh as p, readLock as r, stateFile as s, acquireLock as t, lowerPriority as u };
