import { o as UsageError, r as InternalError } from "./errors.js";
import { c as writeState, d as runGit, l as askGit, o as readState, s as stateFile } from "./lock.js";
import { fileURLToPath } from "node:url";
import { basename, dirname, join, relative } from "node:path";
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
// src/hooks/install-record.ts
const SCHEMA = "code2lora/install@1";
/** `null` when init has not been run in this clone, or its record is damaged. */
function readInstallation(stateFolder) {
	const record = readState(stateFile(stateFolder, "install"));
	if (record?.schema !== SCHEMA || !Array.isArray(record.files)) return null;
	const { schema, files, ...rest } = record;
	return {
		...rest,
		files: files.map((file) => mapText(file, fromBase64))
	};
}
function writeInstallation(stateFolder, { files, ...rest }) {
	const encoded = files.map((file) => mapText(file, toBase64));
	writeState(stateFile(stateFolder, "install"), {
		schema: SCHEMA,
		...rest,
		files: encoded
	});
}
function mapText({ path, before, after }, map) {
	const mapOrNull = (text) => text === null ? null : map(text);
	return {
		path,
		before: mapOrNull(before),
		after: mapOrNull(after)
	};
}
const toBase64 = (text) => Buffer.from(text, "latin1").toString("base64");
const fromBase64 = (text) => Buffer.from(text, "base64").toString("latin1");
// src/hooks/block.ts
/**
* Our marked lines inside a file that belongs to somebody else: putting them in, finding them, taking them out.
*
* Pure, on text whose characters are bytes (latin1), so that a file in any encoding survives. Everything
* between the markers is ours; nothing else is touched, and no end is guessed from shell keywords.
*/
const BEGIN = /^[ \t]*# >>> code2lora >>>[ \t]*\r?$/m;
const END = /^[ \t]*# <<< code2lora <<<[ \t]*\r?$/m;
/** Puts the markers around lines of a configuration file. */
const markLines = (lines) => `# >>> code2lora >>>\n${lines}# <<< code2lora <<<\n`;
const SHEBANG = "#!/bin/sh\n";
/** `null` when there is none. Throws UsageError when only one marker is there: then nobody knows what is ours. */
function findBlock(text, path) {
	const [begin, end] = [BEGIN.exec(text), END.exec(text)];
	if (begin === null && end === null) return null;
	if (begin === null || end === null || end.index < begin.index) throw new UsageError(`Cannot edit ${path}: the code2lora lines are damaged (one marker is missing or they are swapped).\nRemove what is left of them by hand, from "# >>> code2lora >>>" to "# <<< code2lora <<<", and try again.`);
	const lineEnd = text.indexOf("\n", end.index);
	return {
		start: begin.index,
		end: lineEnd === -1 ? text.length : lineEnd + 1
	};
}
function removeBlock(text, path) {
	const place = findBlock(text, path);
	return place === null ? text : text.slice(0, place.start) + text.slice(place.end);
}
/** Puts the block in, or updates the one that is there in its place. */
function insertBlock(text, block, path) {
	const place = findBlock(text, path);
	if (place !== null) return text.slice(0, place.start) + block + text.slice(place.end);
	if (!endsEarly(text)) return appendLines(text, block);
	const afterShebang = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
	return text.slice(0, afterShebang) + block + text.slice(afterShebang);
}
function appendLines(text, lines) {
	return text === "" || text.endsWith("\n") ? text + lines : `${text}\n${lines}`;
}
/** Would lines at the end never run? `exec` with nothing but a redirection goes on. */
function endsEarly(text) {
	return /^(exit\b|exec\s+(?![0-9]*[<>]))/m.test(text);
}
/** Why our shell lines cannot go into this hook; `undefined` when they can. */
function whyNotShell(text) {
	if (text.includes("\0")) return "it is a program, not a script";
	if (!text.startsWith("#!")) return void 0;
	const line = text.slice(2, text.indexOf("\n") === -1 ? void 0 : text.indexOf("\n")).trim();
	return /(^|[\s/])(sh|bash|dash|ash|ksh|mksh|zsh|busybox sh)(\.exe)?(\s|$)/.test(line) ? void 0 : `it is run by ${line}, not by a shell`;
}
// src/hooks/managers.ts
/**
* Who looks after the git hooks of this repository, and how do we know?
*
* In: a repository. Out: the folder that git really looks into, why, the tool in charge, the evidence. It
* asks git and looks at files; it never concludes anything from what lies in `.git/hooks`.
*/
const CONFIG_FILES = [
	["lefthook", /^\.?lefthook\.(ya?ml|jsonc?|toml)$/],
	["pre-commit", /^\.pre-commit-config\.ya?ml$/],
	["simple-git-hooks", /^\.?simple-git-hooks\.(c?js|json)$/],
	["hk", /^\.?hk\.pkl$/],
	["overcommit", /^\.overcommit\.yml$/]
];
async function detectHooks(repo) {
	const hooksDir = await runGit(repo.root, [
		"rev-parse",
		"--path-format=absolute",
		"--git-path",
		"hooks"
	]);
	const place = {
		hooksDir,
		hooksPath: await readHooksPath(repo.root),
		hooksDirState: stateOf(hooksDir)
	};
	const { manager, configFile = null } = findManager(repo, place);
	const setup = {
		manager,
		configFile,
		isLinkedWorktree: repo.gitDir !== repo.commonDir,
		...place
	};
	return {
		...setup,
		evidence: describe(repo, setup)
	};
}
/** Names of the hooks that would run from a folder, samples left out. */
function liveHooks(folder) {
	if (stateOf(folder) !== "folder") return [];
	return readdirSync(folder).filter((name) => /^[a-z-]+$/.test(name) && isExecutable(join(folder, name)));
}
function isExecutable(path) {
	const found = statSync(path, { throwIfNoEntry: false });
	if (found === void 0 || !found.isFile()) return false;
	return process.platform === "win32" || (found.mode & 73) !== 0;
}
/** Does the folder hold husky's own stubs, which run the hooks beside it? */
const isHuskyFolder = (folder) => basename(folder) === "_" && existsSync(join(folder, "h"));
/** Major and minor version of the git in use. */
async function readGitVersion(folder) {
	const text = await runGit(folder, ["version"]);
	const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(text) ?? [];
	return [Number(major), Number(minor)];
}
/** Hooks in the configuration came with git 2.54. */
const hasConfigHooks = ([major, minor]) => major > 2 || major === 2 && minor >= 54;
async function readHooksPath(root) {
	const { code, stdout } = await askGit(root, [
		"config",
		"--show-origin",
		"--show-scope",
		"-z",
		"--get-all",
		"core.hooksPath"
	]);
	if (code !== 0) return null;
	const [scope = "", origin = "", value = ""] = stdout.split("\0").slice(0, -1).slice(-3);
	return {
		scope,
		origin,
		value
	};
}
function stateOf(folder) {
	const found = statSync(folder, { throwIfNoEntry: false });
	if (found === void 0) return "missing";
	return found.isDirectory() ? "folder" : "not-a-folder";
}
function findManager(repo, place) {
	if (isHuskys(place)) return { manager: "husky" };
	const { hooksPath } = place;
	if (hooksPath && hooksPath.scope !== "local" && hooksPath.scope !== "worktree") return { manager: "global-hooks-path" };
	const configured = findConfigFile(repo.root);
	if (configured) return configured;
	return { manager: hooksPath ? "hooks-path" : "none" };
}
/** A linked work tree, or a clone before its first `npm install`, has husky's setting but not its folder. */
function isHuskys({ hooksDir, hooksDirState }) {
	return isHuskyFolder(hooksDir) || hooksDirState === "missing" && hooksDir.replaceAll("\\", "/").endsWith("/.husky/_");
}
function findConfigFile(root) {
	for (const folder of [root, join(root, ".config")]) {
		const names = stateOf(folder) === "folder" ? readdirSync(folder) : [];
		for (const [manager, pattern] of CONFIG_FILES) {
			const name = names.find((entry) => pattern.test(entry));
			if (name !== void 0) return {
				manager,
				configFile: join(folder, name)
			};
		}
	}
	const manifest = join(root, "package.json");
	return existsSync(manifest) && /"simple-git-hooks"\s*:\s*\{/.test(readFileSync(manifest, "utf8")) ? {
		manager: "simple-git-hooks",
		configFile: manifest
	} : void 0;
}
function describe(repo, setup) {
	const { hooksDir, hooksDirState, hooksPath, configFile } = setup;
	const path = hooksPath ? `core.hooksPath = ${hooksPath.value} (${hooksPath.scope}, ${hooksPath.origin})` : null;
	const live = isHuskyFolder(hooksDir) ? [] : liveHooks(hooksDir);
	return [
		`git looks for hooks in ${hooksDir}${hooksDirState === "folder" ? "" : `, which is ${hooksDirState.replaceAll("-", " ")}`}`,
		path ?? "core.hooksPath is not set",
		...isHuskyFolder(hooksDir) ? [`${join(hooksDir, "h")} is husky's; it runs the hooks in ${dirname(hooksDir)}`] : [],
		...configFile ? [`${relative(repo.root, configFile)} belongs to ${setup.manager}`] : [],
		...live.length > 0 ? [`hooks there: ${live.join(", ")}`] : [],
		...setup.isLinkedWorktree ? [`this is a linked work tree of ${repo.commonDir}`] : []
	];
}
// src/hooks/templates.ts
/**
* Fills the shell templates of the package's `hooks/` folder.
*
* In: the name of a hook, or the paths of this machine. Out: text. The templates that end up in committed
* files hold no path: they ask git for the common folder and start the launcher that `init` wrote there.
*/
/** The events that can move HEAD, reference by reference: docs/hooks.md. */
const HOOKS = [
	"post-commit",
	"post-merge",
	"post-rewrite",
	"post-checkout",
	"post-applypatch"
];
/** The marked lines for a shell hook. */
const renderBlock = (hook) => readTemplate("block.sh").replace("@hook@", hook);
/** The same as one command, for configuration files; arguments may be appended. */
const renderCommand = (hook) => readTemplate("command.sh").trim().replace("@hook@", hook);
/** One job for each hook, for lefthook.yml. */
const renderLefthookEntry = () => HOOKS.map((hook) => readTemplate("lefthook.yml").replace("@hook@", hook).replace("@command@", renderCommand(hook))).join("");
/** One repository entry for the list in .pre-commit-config.yaml, which says only "any" hook called. */
function renderPreCommitEntry(indent) {
	return readTemplate("pre-commit.yaml").replace("@command@", renderCommand("any")).replace(/^/gm, indent).trimEnd().concat("\n");
}
/** The launcher of this clone. */
function renderLauncher({ node, hook }) {
	return readTemplate("launch.sh").replace("@node@", () => quote(node)).replace("@program@", () => quote(hook));
}
/** Git for Windows' sh takes forward slashes; a backslash would not survive every one of its paths. */
function quote(path) {
	return `'${(process.platform === "win32" ? path.replaceAll("\\", "/") : path).replaceAll("'", "'\\''")}'`;
}
/** Found from src/hooks, from dist and from dist/chunks. */
function readTemplate(name) {
	const places = ["../hooks/", "../../hooks/"].map((up) => fileURLToPath(new URL(`${up}${name}`, import.meta.url)));
	const found = places.find((place) => existsSync(place));
	if (found === void 0) throw new InternalError(`The hook template ${name} is not in the package: ${places.join(", ")}`);
	return readFileSync(found, "utf8").replaceAll("\r\n", "\n");
}
// src/hooks/config-hooks.ts
/**
* Hooks in git's configuration (git 2.54 and later): no file, all work trees, side by side with any manager.
*
* In: a repository. Out: sections hook.code2lora-EVENT in its configuration. One section for each event,
* because git does not tell the command which event it is.
*/
const SECTION = "hook.code2lora-";
/** Throws UsageError when git is too old for it. */
async function requireConfigHooks(folder) {
	const version = await readGitVersion(folder);
	if (hasConfigHooks(version)) return;
	throw new UsageError(`Cannot put hooks into git's configuration: this is git ${version.join(".")}, and that came with git 2.54.\nUpdate git, or use "--mode hooks-dir".`);
}
/**
* The order matters: for an event without a command git stops every command that fires it (hook.c, "must be
* configured"), so that being killed between the two writes would break `git commit`.
*/
async function writeConfigHooks(folder) {
	for (const hook of HOOKS) {
		await runGit(folder, [
			"config",
			"--local",
			"--replace-all",
			`${SECTION}${hook}.command`,
			renderCommand(hook)
		]);
		await runGit(folder, [
			"config",
			"--local",
			"--replace-all",
			`${SECTION}${hook}.event`,
			hook
		]);
	}
}
/** Command and event of a section go in one write. */
async function removeConfigHooks(folder) {
	for (const hook of await readConfigHooks(folder)) await runGit(folder, [
		"config",
		"--local",
		"--remove-section",
		`${SECTION}${hook}`
	]);
}
/** The events that have a section of ours in the repository's own configuration. */
async function readConfigHooks(folder) {
	const { stdout } = await askGit(folder, [
		"config",
		"--local",
		"-z",
		"--name-only",
		"--get-regexp",
		"^hook\\.code2lora-"
	]);
	const names = stdout.split("\0").filter(Boolean);
	return [...new Set(names.map((name) => name.slice(15, name.lastIndexOf("."))))];
}
// src/hooks/file-edits.ts
/**
* Changes of files as plain data: planned first, shown if wanted, then done, later undone.
*
* Text is latin1, one character for each byte. A change is done only if the file still is what the plan saw.
*/
/** `null` when there is no such file. */
function readBytes(path) {
	try {
		return readFileSync(path, "latin1");
	} catch (error) {
		if (error.code === "ENOENT") return null;
		throw error;
	}
}
/** Throws UsageError when a file has changed since the plan; then nothing at all was done. */
function checkEdits(edits) {
	for (const { path, before, after } of edits) {
		const current = readBytes(path);
		if (current === before || current === after) continue;
		throw new UsageError(`Cannot edit ${path}: it has changed since the plan was made. Run the command again.`);
	}
}
/** Replaces the file in one step. */
function applyEdit({ path, after, mode = 420 }) {
	if (after === null) rmSync(path, { force: true });
	else replaceFile(path, after, mode);
}
function replaceFile(path, after, mode) {
	mkdirSync(dirname(path), { recursive: true });
	const permissions = statSync(path, { throwIfNoEntry: false })?.mode ?? mode;
	const temporary = `${path}.code2lora-${process.pid}`;
	const file = openSync(temporary, "w", permissions & 511);
	writeSync(file, after, null, "latin1");
	fsyncSync(file);
	closeSync(file);
	chmodSync(temporary, permissions & 511);
	renameSync(temporary, path);
}
/**
* The text with a former change undone, when other parts of it have changed since: the characters that were
* put in are replaced by those that they replaced, if they are found exactly once. `undefined` if not.
*/
function reverseChange(current, before, after) {
	const [start, tail] = [commonStart(before, after), commonEnd(before, after)];
	const inserted = after.slice(start, after.length - tail);
	const place = current.indexOf(inserted);
	if (inserted === "" || place === -1 || current.indexOf(inserted, place + 1) !== -1) return void 0;
	const replaced = before.slice(start, before.length - tail);
	return current.slice(0, place) + replaced + current.slice(place + inserted.length);
}
function commonStart(a, b) {
	let length = 0;
	while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
	return length;
}
/** Of what the common start leaves. */
function commonEnd(a, b) {
	const limit = Math.min(a.length, b.length) - commonStart(a, b);
	let length = 0;
	while (length < limit && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
	return length;
}
export { writeInstallation as A, endsEarly as C, removeBlock as D, markLines as E, whyNotShell as O, appendLines as S, insertBlock as T, isExecutable as _, readConfigHooks as a, readGitVersion as b, writeConfigHooks as c, renderCommand as d, renderLauncher as f, hasConfigHooks as g, detectHooks as h, reverseChange as i, readInstallation as k, HOOKS as l, renderPreCommitEntry as m, checkEdits as n, removeConfigHooks as o, renderLefthookEntry as p, readBytes as r, requireConfigHooks as s, applyEdit as t, renderBlock as u, isHuskyFolder as v, findBlock as w, SHEBANG as x, liveHooks as y };
