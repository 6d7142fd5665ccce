import { d as runGit, h as offSwitch, r as readLock, s as stateFile } from "./lock.js";
import { d as ok, f as warning, n as describePromotion, t as describeAdapter, u as error } from "./adapter-health.js";
import { t as operationInProgress } from "./git-operation.js";
import { C as endsEarly, _ as isExecutable, a as readConfigHooks, b as readGitVersion, g as hasConfigHooks, h as detectHooks, k as readInstallation, l as HOOKS, r as readBytes, u as renderBlock, v as isHuskyFolder, w as findBlock } from "./file-edits.js";
import { t as MAX_LOG_BYTES } from "./worker-log.js";
import { t as readWorkerState } from "./worker-state.js";
import { J as engine, Ot as openModelPack, X as thisMachine, Z as missingPart, kt as packId } from "./executor.js";
import { t as nearestSnapshot } from "./lineage.js";
import { S as DEVICES, T as _usingCtx, r as openWorkspace, t as findPack } from "./workspace.js";
import { join } from "node:path";
import { existsSync, statSync } from "node:fs";
// src/hooks/live-hooks.ts
/**
* Which of our hooks would git really run now, and what stops the others?
*
* In: what was found and what was installed. Out: findings. Looks into the folder that git uses, never into
* `.git/hooks` because it is the usual one.
*/
const INIT_AGAIN = "Run \"code2lora init\" again.";
const LAUNCHER = "code2lora/launch.sh";
async function diagnoseHooks(repo, { setup, installation }) {
	if (installation.mode === "git-config") return diagnoseConfig(repo.root);
	if (setup.hooksDirState === "not-a-folder") return [error(`${setup.hooksDir} is not a folder: no hook runs`, "See core.hooksPath above.")];
	if ([
		"lefthook",
		"pre-commit",
		"by-hand"
	].includes(installation.mode)) return [diagnoseEntry(setup)];
	const problems = HOOKS.map((hook) => ({
		hook,
		problem: findProblem(hook, setup)
	}));
	const live = problems.filter(({ problem }) => problem === void 0).map(({ hook }) => hook);
	return [...live.length > 0 ? [ok(`live hooks: ${live.join(", ")}`)] : [], ...problems.flatMap(({ hook, problem }) => problem ? [error(`${hook} does not wake us: ${problem}`, INIT_AGAIN)] : [])];
}
function findProblem(hook, { manager, hooksDir }) {
	const isHusky = manager === "husky";
	const path = isHusky ? join(hooksDir, "..", hook) : join(hooksDir, hook);
	const text = readBytes(path);
	if (text === null) return `there is no ${path}`;
	if (!isExecutable(isHusky ? join(hooksDir, hook) : path)) return isHusky ? `husky has no ${join(hooksDir, hook)} here` : `${path} is not executable`;
	return findTextProblem(hook, text, path);
}
function findTextProblem(hook, text, path) {
	const place = findBlock(text, path);
	if (place === null) return text.includes(LAUNCHER) ? void 0 : `${path} has no lines of ours`;
	if (endsEarly(text.slice(0, place.start))) return `${path} may end before our lines`;
	return text.slice(place.start, place.end).replaceAll("\r\n", "\n") === renderBlock(hook) ? void 0 : `the lines in ${path} are of another version, or were changed`;
}
/** The manager runs us: its configuration must name the launcher, and git must call the manager. */
function diagnoseEntry({ manager, configFile, hooksDir }) {
	const [hook] = HOOKS;
	const config = configFile && existsSync(configFile) ? readBytes(configFile) ?? "" : "";
	const script = isExecutable(join(hooksDir, hook)) ? readBytes(join(hooksDir, hook)) ?? "" : "";
	if (script.includes(LAUNCHER)) return ok(`${join(hooksDir, hook)} wakes us`);
	if (!config.includes(LAUNCHER)) return warning(`${configFile ?? hooksDir} does not start code2lora yet`, "Add the lines that \"code2lora init\" prints.");
	if (script === "") return error(`${manager} is set up to wake us, but git does not call it: no ${join(hooksDir, hook)}`, `Have ${manager} install its hooks.`);
	return ok(`${manager} wakes us (${configFile})`);
}
async function diagnoseConfig(root) {
	const found = await readConfigHooks(root);
	const missing = HOOKS.filter((hook) => !found.includes(hook));
	if (missing.length > 0) return [error(`git's configuration has no hook for ${missing.join(", ")}`, INIT_AGAIN)];
	const version = await readGitVersion(root);
	if (!hasConfigHooks(version)) return [error(`git ${version.join(".")} does not read hooks from its configuration`, "Update git to 2.54 or later.")];
	return [ok(`live hooks, in git's configuration: ${found.join(", ")}`)];
}
// src/hooks/doctor.ts
/**
* What is wrong with the hooks here, and what to do about it?
*
* In: a repository and the findings of others. Out: findings, in the order in which a reader should look.
* Everything is asked of git and of the files as they are now; nothing is taken from what init once wrote,
* except the paths that it wrote down. Repairs nothing.
*/
/** The oldest that understand what we ask: rev-parse --path-format; the package's "engines". */
const MIN_GIT = [2, 31];
const MIN_NODE = [20, 11];
/** A request that nobody took for so long was missed. */
const FORGOTTEN_MS = 6e4;
async function diagnose(repo, options = {}) {
	const { others = [], env = process.env, nodeVersion = process.versions.node, now = Date.now() } = options;
	const stateFolder = join(repo.commonDir, "code2lora");
	const setup = await detectHooks(repo);
	const installation = readInstallation(stateFolder);
	return [
		checkVersion("git", await readGitVersion(repo.root), MIN_GIT),
		checkVersion("Node", parseVersion(nodeVersion), MIN_NODE),
		...setup.evidence.map(ok),
		...installation === null ? [notInstalled(stateFolder)] : checkProgram(installation),
		...installation === null ? [] : await diagnoseHooks(repo, {
			setup,
			installation
		}),
		...await checkWorktrees(repo, setup),
		...checkEnvironment(env),
		...checkWorker(stateFolder, now),
		...checkOperation(repo),
		...others
	];
}
function checkVersion(name, found, least) {
	const isEnough = found[0] > least[0] || found[0] === least[0] && found[1] >= least[1];
	const what = `${name} ${found.join(".")}`;
	return isEnough ? ok(what) : error(`${what} is too old`, `Install ${name} ${least.join(".")} or later.`);
}
function parseVersion(text) {
	const [major = 0, minor = 0] = text.split(".").map(Number);
	return [major, minor];
}
function notInstalled(stateFolder) {
	if (!existsSync(stateFile(stateFolder, "install"))) return warning("no hooks are installed in this clone", "Run \"code2lora init\" to have every commit checked.");
	return error("the record of the installation is damaged", "Run \"code2lora uninstall\", then \"code2lora init\".");
}
function checkProgram({ program, installedAt, mode }) {
	const missing = [program.node, program.hook].filter((path) => !existsSync(path));
	if (missing.length === 0) return [ok(`installed ${installedAt} (${mode}); hooks start ${program.hook}`)];
	const what = `${missing.join(" and ")} is gone, which the hooks start`;
	return [warning(what, "Run \"code2lora init\" again. Until then the hooks look for code2lora on the PATH.")];
}
/** husky's folder is ignored by git and named relative to each work tree, so a new one has none. */
async function checkWorktrees(repo, setup) {
	if (setup.manager !== "husky" || setup.hooksPath === null) return [];
	const { value } = setup.hooksPath;
	return (await runGit(repo.root, [
		"worktree",
		"list",
		"--porcelain"
	])).split("\n").filter((line) => line.startsWith("worktree ")).map((line) => line.slice(9)).filter((root) => existsSync(root) && !isHuskyFolder(join(root, value))).map((root) => warning(`no hook runs in ${root}: it has no ${value}`, `Run "npx husky" or install the packages there.`));
}
function checkEnvironment(env) {
	const off = offSwitch(env) ?? (env.HUSKY === "0" ? "HUSKY=0" : void 0);
	return off === void 0 ? [] : [warning(`${off} is set here: hooks do nothing`, "Unset it to have them back.")];
}
function checkWorker(stateFolder, now) {
	const state = readWorkerState(stateFolder);
	return [...describeLocks(stateFolder, state, now), ...describeRuns(state)];
}
function describeLocks(stateFolder, { worker, waitingRequests, oldestRequestAt, logFile }, now) {
	const owner = `pid ${worker.pid}, since ${worker.since}`;
	const lock = readLock(stateFile(stateFolder, "lock"));
	const holder = lock?.isLive ? [ok(`the stored state is in use by pid ${lock.owner?.pid}, since ${lock.owner?.since}`)] : [];
	if (worker.state === "stale") return [...holder, warning(`a worker was killed (${owner})`, "Nothing: the next hook takes over.")];
	if (worker.state !== "idle") return [...holder, ok(`the worker is ${worker.state} (${owner})`)];
	if (!(oldestRequestAt !== null && now - oldestRequestAt > FORGOTTEN_MS)) return [...holder, ok("no worker is at work")];
	return [...holder, warning(`${waitingRequests} request(s) wait and no worker is at work`, `See the end of ${logFile}; the next hook tries again.`)];
}
function describeRuns({ lastRun, lastError, logFile, logBytes }) {
	const run = lastRun ? ok(`last run ${lastRun.finishedAt}: ${lastRun.outcome}`) : ok("the worker has not run yet");
	const failure = lastError && error(`the worker failed at ${lastError.at}: ${lastError.message}`, `See ${logFile}; try "code2lora run".`);
	const size = statSync(logFile, { throwIfNoEntry: false }) ? [ok(`log ${logFile}: ${logBytes} of ${MAX_LOG_BYTES} bytes`)] : [];
	return [
		run,
		...failure ? [failure] : [],
		...size
	];
}
function checkOperation({ gitDir }) {
	const operation = operationInProgress(gitDir);
	return operation ? [ok(`${operation} is under way here; the worker waits for its end`)] : [];
}
// src/commands/device-findings.ts
/**
* What `doctor` says about devices: which one is used, and which others this machine seems to have.
*
* In: a workspace. Out: findings. Opens a GPU only where `auto` would.
*/
/** Throws ModelError where the configured device is not there. */
async function deviceFindings({ config, device }) {
	const machine = thisMachine();
	const installed = DEVICES.filter((name) => missingPart(name, machine) === void 0);
	const choice = await device();
	return [ok(`devices whose parts are installed: ${installed.join(", ")}`), ok(`device "${config.device}" means ${choice.device}: ${choice.reason}`)];
}
// src/commands/doctor.ts
/**
* Checks the installation: model pack, ONNX Runtime, stored state, hooks. Every finding says how to mend it.
*/
/** Never throws for what it is there to find; a repository that cannot be opened is a UsageError as ever. */
async function doctor(options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const workspace = _usingCtx$1.a(await openWorkspace(options));
		const own = [
			...await attempt("the model pack", async () => checkPack(workspace)),
			...await attempt("ONNX Runtime", async () => [...await deviceFindings(workspace), ...await checkEngine(workspace)]),
			...await attempt("the stored snapshots", async () => checkSnapshots(workspace))
		];
		return {
			schema: "code2lora/doctor@1",
			findings: await diagnose(workspace.repository, { others: own })
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function attempt(what, check) {
	try {
		return await check();
	} catch (error) {
		return [{
			level: "error",
			what: `${what}: ${error instanceof Error ? error.message : String(error)}`,
			fix: null
		}];
	}
}
async function checkPack({ config, repository, pack }) {
	openModelPack(findPack(config.model, repository.root), { verify: true });
	return [ok(`configuration from ${config.source}`), ok(`model pack ${packId(pack)}: every file has the digest the manifest gives`)];
}
/** Opens the models that make an adapter, where every command runs them, and runs each once. */
async function checkEngine(workspace) {
	const { pack } = workspace;
	const { device } = await workspace.device();
	const { encoder, updater, generator } = await workspace.models();
	await encoder.embedWindows("def add(a, b):\n    return a + b\n", pack.manifest.recipe.diff);
	const hidden = await updater.initialState(new Float32Array(pack.manifest.hypernetwork.embeddingSize));
	await generator.generate(hidden);
	const { name, version, cpu } = engine(device);
	return [ok(`${name} ${version} runs the models on ${device === "cpu" ? cpu : device}`)];
}
async function checkSnapshots(workspace) {
	const { store, repository, lineage, pack } = workspace;
	const { snapshots, damaged } = store.list();
	const found = damaged.map((name) => ({
		level: "warning",
		what: `stored snapshot ${name} is damaged or left behind by an interrupted write`,
		fix: "code2lora prune --damaged"
	}));
	found.push(ok(`${snapshots.length} snapshots stored`));
	const { headSha } = repository;
	const manifest = headSha ? await nearestSnapshot(repository, store, {
		until: headSha,
		...lineage
	}) : void 0;
	const snapshot = manifest && store.get(manifest.id);
	if (!snapshot) return found;
	const { adapter, manifest: judged } = snapshot;
	return [
		...found,
		...describeAdapter(adapter, pack),
		...describePromotion(workspace, judged)
	];
}
export { doctor as t };
