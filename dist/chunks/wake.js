import { a as isInstalled, f as startDetached, h as offSwitch, m as cleanEnvironment, r as readLock, s as stateFile } from "./lock.js";
import { a as addRequest, i as rotateLog } from "./worker-log.js";
import { dirname, join, resolve } from "node:path";
import { existsSync, readFileSync, statSync } from "node:fs";
// src/hooks/git-folders.ts
/**
* Where the repository of a hook lies, found without starting git: that alone would cost more than the rest.
*
* In: the folder and the environment that git gives to a hook. Out: work tree, git folder, common git folder.
*/
/** `null` outside of a repository. */
function findGitFolders(folder, env) {
	if (env.GIT_DIR) return describe(resolve(folder, env.GIT_WORK_TREE ?? "."), resolve(folder, env.GIT_DIR));
	for (let place = resolve(folder);; place = dirname(place)) {
		const gitDir = readDotGit(place);
		if (gitDir !== null) return describe(place, gitDir);
		if (place === dirname(place)) return null;
	}
}
function describe(workTree, gitDir) {
	if (!existsSync(join(gitDir, "HEAD"))) return null;
	const pointer = join(gitDir, "commondir");
	return {
		workTree,
		gitDir,
		commonDir: existsSync(pointer) ? resolve(gitDir, readFileSync(pointer, "utf8").trim()) : gitDir
	};
}
/** `.git` is the folder itself, or a file that names it: in linked work trees and submodules. */
function readDotGit(folder) {
	const path = join(folder, ".git");
	const found = statSync(path, { throwIfNoEntry: false });
	if (found === void 0) return null;
	if (found.isDirectory()) return path;
	const target = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, "utf8"))?.[1];
	return target === void 0 ? null : resolve(folder, target);
}
// src/hooks/wake.ts
/**
* What a git hook does: notes that there is work, and starts the worker unless it lives.
*
* In: name and arguments of the hook. Out: one file in the state folder, perhaps a process. It never waits
* and reads no history. It imports nothing but Node and its neighbours, so that it starts fast.
*/
/** `noted`: a worker lives and will see the request when it is done with the one before. */
function wakeWorker(hook, args, options) {
	const { cli, folder = process.cwd(), env = process.env, now = Date.now() } = options;
	if (offSwitch(env) !== void 0) return "off";
	if (hook === "post-checkout" && args[2] !== "1") return "ignored";
	const folders = findGitFolders(folder, env);
	if (folders === null) return "not-installed";
	const stateFolder = join(folders.commonDir, "code2lora");
	if (!isInstalled(stateFolder)) return "not-installed";
	addRequest(stateFolder, {
		...folders,
		hook,
		at: now
	});
	if (readLock(stateFile(stateFolder, "workerLock"))?.isLive) return "noted";
	startWorker(folders, {
		stateFolder,
		cli,
		env
	});
	return "started";
}
function startWorker(folders, options) {
	const { stateFolder, cli, env } = options;
	const { workTree, gitDir } = folders;
	const repository = existsSync(join(workTree, ".git")) ? workTree : gitDir;
	const outputFile = stateFile(stateFolder, "log");
	rotateLog(stateFolder);
	startDetached([
		cli,
		"worker",
		"--repo",
		repository
	], {
		folder: workTree,
		env: cleanEnvironment(env),
		outputFile
	});
}
export { wakeWorker as t };
