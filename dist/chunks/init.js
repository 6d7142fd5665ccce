import { U as openRepository, i as packageFile, s as stateFolderOf, x as CONFIG_FILE } from "./workspace.js";
import { o as UsageError } from "./errors.js";
import { a as HUSKY_HOOKS_PATH, i as undoFile, n as planInstall, o as removeEmptyFolders, r as emptyIsNone, t as applyInstall } from "./install.js";
import { D as removeBlock, a as readConfigHooks, h as detectHooks, k as readInstallation, l as HOOKS, n as checkEdits, o as removeConfigHooks, r as readBytes, t as applyEdit, w as findBlock } from "./file-edits.js";
import { i as STATE_FILE, l as askGit } from "./lock.js";
import { t as readWorkerState } from "./worker-state.js";
import { t as findWorkflows } from "./workflow-places.js";
import { basename, join, resolve } from "node:path";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
// src/hooks/uninstall.ts
/**
* Takes everything back that init did: files byte for byte, husky if we set it up, git's configuration.
*
* Like install.ts a plan first, then the deed. Stored snapshots and embeddings belong to others and stay.
*/
async function planUninstall(repo, options = {}) {
	const setup = await detectHooks(repo);
	const stateFolder = join(repo.commonDir, "code2lora");
	const record = readInstallation(stateFolder);
	const isShared = options.shared ?? record === null;
	const planned = [...record?.files.map((file) => undoFile(file, { isShared })) ?? [], ...findStrays(repo, {
		setup,
		record,
		isShared
	})];
	const edits = planned.flatMap(({ edit }) => edit ?? []);
	const husky = planHuskyRemoval(repo.root, {
		setup,
		record,
		edits
	});
	return {
		root: repo.root,
		stateFolder,
		wasInstalled: record !== null,
		edits: husky.stays ? edits.filter(({ path }) => basename(path) !== "package.json") : edits,
		removesHusky: husky.goes,
		removesConfigHooks: (await readConfigHooks(repo.root)).length > 0,
		folders: [.../* @__PURE__ */ new Set([...record?.folders ?? [], stateFolder])],
		notes: [
			...planned.flatMap(({ note }) => note ?? []),
			...husky.notes,
			...stateNotes(stateFolder, record),
			...commitNote(record, edits)
		]
	};
}
/** Throws UsageError when a file has changed since the plan; nothing is done then. */
async function applyUninstall(plan) {
	const { root, stateFolder } = plan;
	checkEdits(plan.edits);
	for (const edit of plan.edits) applyEdit(edit);
	if (plan.removesConfigHooks) await removeConfigHooks(root);
	if (plan.removesHusky) await removeHusky(root);
	for (const name of Object.values(STATE_FILE)) if (!name.endsWith("lock")) rmSync(join(stateFolder, name), {
		recursive: true,
		force: true
	});
	removeEmptyFolders(plan.folders);
}
/** Our lines in files that the record does not know: it was lost, or they came with the clone. */
function findStrays(repo, { setup, record, isShared }) {
	const folder = setup.manager === "husky" ? join(setup.hooksDir, "..") : setup.hooksDir;
	return [...HOOKS.map((hook) => join(folder, hook)), setup.configFile ?? join(repo.root, ".husky")].filter((path) => !record?.files.some((file) => file.path === path) && isFile(path)).flatMap((path) => {
		const before = readBytes(path) ?? "";
		if (findBlock(before, path) === null) return [];
		if (isShared) return [{ edit: {
			path,
			before,
			after: emptyIsNone(removeBlock(before, path))
		} }];
		return [{ note: `${path} has our lines, but not from this clone: they stay (--shared removes them), and do nothing here.` }];
	});
}
/** We set it up, but it stays when there are hooks that need it by now. */
function planHuskyRemoval(root, { setup, record, edits }) {
	if (!(record?.hasSetUpHusky === true && setup.hooksPath?.value === ".husky/_")) return {
		goes: false,
		stays: false,
		notes: []
	};
	const folder = join(root, ".husky");
	const removed = edits.filter(({ after }) => after === null).map(({ path }) => path);
	const others = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name !== "_" && !removed.includes(join(folder, name)));
	if (others.length === 0) return {
		goes: true,
		stays: false,
		notes: []
	};
	return {
		goes: false,
		stays: true,
		notes: [`husky stays set up: it runs ${others.join(", ")} in .husky.`]
	};
}
async function removeHusky(root) {
	await askGit(root, [
		"config",
		"--local",
		"--unset",
		"core.hooksPath",
		"^\\.husky/_$"
	]);
	rmSync(join(root, HUSKY_HOOKS_PATH), {
		recursive: true,
		force: true
	});
}
function stateNotes(stateFolder, record) {
	const { worker } = readWorkerState(stateFolder);
	const isBusy = worker.state === "running" || worker.state === "waiting";
	const entry = record?.mode === "by-hand" || record?.mode === "lefthook" || record?.mode === "pre-commit";
	return [...isBusy ? [`A worker is at work (pid ${worker.pid}); it ends when it is done.`] : [], ...entry && record.files.length === 0 ? ["What you added by hand stays, and does nothing any more."] : []];
}
function commitNote(record, edits) {
	return record !== null && [
		"husky",
		"lefthook",
		"pre-commit"
	].includes(record.mode) && edits.length > 0 ? ["The changed files belong to the repository: commit them."] : [];
}
const isFile = (path) => {
	try {
		return readBytes(path) !== null;
	} catch {
		return false;
	}
};
// src/commands/init.ts
/**
* Installs the hooks and writes the configuration, and takes both back.
*
* The plan is made first and shown with the result: what changed, what the user has to do, how to undo it.
*/
const MODES = [
	"auto",
	"husky",
	"hooks-dir",
	"git-config"
];
/** What init writes; uninstall removes the file only while it still says exactly this. */
const INITIAL_CONFIG = `${JSON.stringify({
	$schema: "./node_modules/code2lora/dist/schemas/config-1.json",
	model: "nano"
}, null, 2)}\n`;
/** Throws UsageError when hooks cannot be installed here, with the reason. */
async function init(options = {}) {
	const repository = await openRepository(resolve(options.repo ?? "."));
	const plan = await askForPlan(repository, options);
	await applyInstall(plan);
	const config = writeConfig(repository.root, plan.mode !== "none");
	return {
		schema: "code2lora/init@1",
		mode: plan.mode,
		changed: plan.edits.map(({ path }) => path),
		config,
		notes: plan.notes,
		byHand: plan.byHand
	};
}
/** Leaves every file as it was before `init`. */
async function uninstall(options = {}) {
	const repository = await openRepository(resolve(options.repo ?? "."));
	const plan = await planUninstall(repository, options.shared ? { shared: true } : {});
	await applyUninstall(plan);
	const config = removeConfig(repository.root);
	if (options.purge) rmSync(stateFolderOf(repository), {
		recursive: true,
		force: true
	});
	return {
		schema: "code2lora/uninstall@1",
		wasInstalled: plan.wasInstalled,
		changed: [...plan.edits.map(({ path }) => path), ...config.changed],
		purged: options.purge === true,
		notes: [
			...plan.notes,
			...config.notes,
			...workflowsThatStay(repository.root)
		]
	};
}
const workflowsThatStay = (root) => findWorkflows(root).filter(({ existing }) => existing !== void 0).map(({ path }) => `${path} stays: it is GitHub that runs it. "git rm ${path}" removes it.`);
/** With husky on offer the user is asked; the answer "no" means plain hooks. */
async function askForPlan(repository, { mode = "auto", yes, write, ask }) {
	const wanted = MODES.find((known) => known === mode);
	if (wanted === void 0) throw new UsageError(`Unknown mode "${mode}".\nKnown modes: ${MODES.join(", ")}.`);
	const settings = {
		program: ownProgram(),
		write: write ?? false
	};
	const plan = await planInstall(repository, {
		...settings,
		mode: wanted
	});
	if (!plan.offersHusky) return plan;
	return yes || await ask?.("Set husky up, so that the hooks travel with the repository?") ? planInstall(repository, {
		...settings,
		mode: "husky"
	}) : plan;
}
function ownProgram() {
	const hook = packageFile(join("dist", "hook.js"));
	if (hook === void 0) throw new UsageError("dist/hook.js is missing, and it is what the hooks start.\nRun \"npm run build\" first.");
	return {
		node: process.execPath,
		hook
	};
}
function writeConfig(root, wanted) {
	const path = join(root, CONFIG_FILE);
	if (!wanted || existsSync(path) || hasConfigInManifest(root)) return {
		path,
		written: false
	};
	writeFileSync(path, INITIAL_CONFIG);
	return {
		path,
		written: true
	};
}
function removeConfig(root) {
	const path = join(root, CONFIG_FILE);
	if (!existsSync(path)) return {
		changed: [],
		notes: []
	};
	if (readFileSync(path, "utf8") !== INITIAL_CONFIG) return {
		changed: [],
		notes: [`${path} stays: it was changed since init wrote it, or written by hand.`]
	};
	rmSync(path);
	return {
		changed: [path],
		notes: []
	};
}
function hasConfigInManifest(root) {
	try {
		return "code2lora" in JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	} catch {
		return false;
	}
}
export { uninstall as n, init as t };
