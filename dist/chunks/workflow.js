import { n as createTwoFilesPatch, t as FILE_HEADERS_ONLY } from "./libesm.js";
import { o as UsageError, t as GitError } from "./errors.js";
import { U as openRepository, i as packageFile } from "./workspace.js";
import { r as parseRemote } from "./address.js";
import { t as findWorkflows } from "./workflow-places.js";
import { n as carryOver, r as renderWorkflow, t as actionOf } from "./workflow-template.js";
import { basename, dirname, join, resolve } from "node:path";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
// src/commands/workflow-action.ts
/**
* Which action the workflow files use, pinned to a commit.
*
* In: what the user said, what package.json says. Out: the text after `uses:`, `OWNER/REPO@SHA # v1.2.3`.
* A tag can be moved to other code, so a tag is looked up once, with `git ls-remote`, and its commit is written.
*/
const REFERENCE = /^([A-Za-z0-9][A-Za-z0-9-]*\/[\w.-]+)((?:\/[\w.-]+)*)@([\w.+/-]+)$/;
const HOSTED = "github.com";
const COMMIT = /^[0-9a-f]{40}$/;
const EXAMPLE = "code2lora init --workflow --action OWNER/REPO@v1";
/** Throws UsageError when nobody says which action, and when the commit of a tag cannot be found out. */
async function pinAction(repository, { action, host }) {
	const wanted = action ?? publishedAction(readManifest());
	const [, name, path, ref] = REFERENCE.exec(wanted) ?? [];
	if (name === void 0 || ref === void 0) throw new UsageError(`"${wanted}" names no action.\nExpected OWNER/REPO@REF, where REF is a tag or a commit: ${EXAMPLE}.`);
	if (COMMIT.test(ref)) return wanted;
	return `${name}${path}@${await commitOf(repository, {
		name,
		ref,
		hosts: [.../* @__PURE__ */ new Set([host ?? HOSTED, HOSTED])]
	})} # ${ref}`;
}
/** A placeholder would fail in every run until somebody reads the log, so none is ever written. */
function publishedAction({ repository, version }) {
	const address = typeof repository === "string" ? repository : repository?.url ?? "";
	const [, name] = /^(?:github:|.*github\.com[/:])?([\w-]+\/[\w.-]+?)(?:\.git)?$/.exec(address) ?? [];
	if (name !== void 0) return `${name}@v${version}`;
	throw new UsageError(`This copy of code2lora does not know where its action is published: its package.json names no repository.
Say which action the workflow is to use: ${EXAMPLE}.`);
}
async function commitOf(repository, { name, ref, hosts }) {
	const reasons = [];
	for (const host of hosts) {
		const address = `https://${host}/${name}`;
		const found = await lookUp(repository, address, ref).catch((cause) => {
			if (!(cause instanceof GitError)) throw cause;
			reasons.push(`${address} does not answer (${cause.message.trim()})`);
			return null;
		});
		if (found) return found;
		if (found === void 0) reasons.push(`${address} has no tag and no branch of that name`);
	}
	throw new UsageError(`Cannot pin ${name}@${ref} to a commit: ${reasons.join("; ")}.\nGive the commit, 40 hexadecimal digits: --action OWNER/REPO@COMMIT.`);
}
async function lookUp(repository, address, ref) {
	const refs = [
		`refs/tags/${ref}^{}`,
		`refs/tags/${ref}`,
		`refs/heads/${ref}`
	];
	const answer = await repository.text([
		"ls-remote",
		address,
		...refs
	]);
	const commits = new Map(answer.split("\n").map((line) => line.split("	").reverse()));
	return refs.map((wanted) => commits.get(wanted)).find((commit) => commit !== void 0);
}
function readManifest() {
	const file = packageFile("package.json");
	return file === void 0 ? { version: "0" } : JSON.parse(readFileSync(file, "utf8"));
}
// src/commands/workflow-origin.ts
/**
* What a workflow has to know about the repository on GitHub, as far as a clone can tell: its default branch, its
* name, and a time of the week of its own. Asks git, never the network.
*/
/** The branch that the remote's HEAD points to, or the one that is checked out where no remote says. */
async function defaultBranch(repository) {
	const heads = (await repository.text([
		"for-each-ref",
		"--format=%(refname) %(symref)",
		"refs/remotes/*/HEAD"
	])).split("\n").flatMap((line) => {
		const [, remote, branch] = /^refs\/remotes\/(.+)\/HEAD refs\/remotes\/\1\/(.+)$/.exec(line) ?? [];
		return remote && branch ? [{
			remote,
			branch
		}] : [];
	});
	const branch = (heads.find(({ remote }) => remote === "origin") ?? heads[0])?.branch ?? repository.branch;
	if (branch !== null) return branch;
	throw new UsageError("Cannot tell which branch is the default one: no remote says, and no branch is checked out.\nRun \"git remote set-head origin --auto\", or check the branch out, then run the command again.");
}
/** Host, owner and name from the address of `origin`; null where there is none, or it is no server's. */
async function originAddress(repository) {
	const origin = (await repository.text([
		"config",
		"--list",
		"-z"
	])).split("\0").find((setting) => setting.startsWith(ORIGIN));
	return origin === void 0 ? null : parseRemote(origin.slice(ORIGIN.length));
}
const ORIGIN = "remote.origin.url\n";
/**
* Once a week, at a time that follows from the name: the same on every machine, and spread over the week, because
* GitHub drops scheduled runs at busy minutes, above all at the full hour. Five fields of cron, UTC.
*/
function weeklyCron(name) {
	const [minute = 0, hour = 0, day = 0] = createHash("sha256").update(name.toLowerCase()).digest();
	return `${1 + 2 * (minute % 30)} ${hour % 24} * * ${day % 7}`;
}
// src/commands/workflow.ts
/**
* `init --workflow`: writes the two workflow files for GitHub Actions, and nothing else.
*
* In: the kind of runner and the action to use. Out: what was written, and a diff of every file that was not,
* because it is not what we would write. Needs the network only to pin a tag to its commit.
*/
const KINDS = ["cpu", "gpu"];
/** What runners register as by convention; nobody's GPU runner has to be called that. */
const GPU_LABELS = "[self-hosted, linux, x64, gpu]";
/** Throws UsageError for an unknown kind, in a bare repository, and when the action cannot be pinned. */
async function writeWorkflows(options = {}) {
	const kind = parseKind(options.kind ?? "cpu");
	const repository = await openRepository(resolve(options.repo ?? "."));
	if (repository.isBare) throw new UsageError(`Cannot write workflow files into ${repository.root}: it is a bare repository. Use a clone with a work tree.`);
	const places = findWorkflows(repository.root);
	const values = await valuesFor(repository, options, places);
	const files = places.map((place) => settle(place, values, {
		...options,
		kind
	}));
	for (const file of files) if (file.outcome === "written") write(repository.root, file);
	return {
		schema: "code2lora/workflow@1",
		kind,
		action: values.action,
		branch: values.branch,
		files: files.map(({ path, outcome, diff }) => ({
			path,
			outcome,
			diff
		})),
		notes: notesOn(files)
	};
}
/** The action that a file of ours names already is kept, so that running `init` again needs no flag, no network. */
async function valuesFor(repository, { action, runsOn }, places) {
	const address = await originAddress(repository);
	const present = places.flatMap(({ existing }) => actionOf(existing ?? "") ?? [])[0];
	return {
		branch: await defaultBranch(repository),
		cron: weeklyCron(address?.repository ?? basename(repository.root)),
		action: action === void 0 && present !== void 0 ? present : await pinAction(repository, {
			action,
			host: address?.host
		}),
		runsOn: runsOn === void 0 ? GPU_LABELS : parseLabels(runsOn)
	};
}
function settle({ role, path, existing }, values, options) {
	const fresh = renderWorkflow(role === "comment" ? role : options.kind, values);
	if (existing === void 0) return {
		path,
		outcome: "written",
		diff: null,
		text: fresh
	};
	const current = existing.replaceAll("\r\n", "\n");
	const text = carryOver(fresh, current, {
		action: options.action !== void 0,
		runsOn: options.runsOn !== void 0
	});
	if (text === current) return {
		path,
		outcome: "unchanged",
		diff: null,
		text
	};
	const diff = renderDiff(path, current, text);
	return {
		path,
		outcome: options.force ? "written" : "differs",
		diff,
		text
	};
}
function renderDiff(path, current, text) {
	return createTwoFilesPatch(path, path, current, text, "as it is", "as init writes it", { headerOptions: FILE_HEADERS_ONLY }).trimEnd();
}
function write(root, { path, text }) {
	const file = join(root, path);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
}
const RUNNER_IS_MISSING = "Set \"runs-on\" of the job \"adapter\" to the label of your GPU runner: a job whose label no runner has waits for a day, then fails.";
function notesOn(files) {
	return files.some(({ outcome, text }) => outcome === "written" && text.includes(GPU_LABELS)) ? [RUNNER_IS_MISSING] : [];
}
function parseKind(text) {
	const known = KINDS.find((kind) => kind === text);
	if (known) return known;
	throw new UsageError(`Unknown kind of workflow "${text}".\nKnown kinds: ${KINDS.join(", ")}.`);
}
/** One label, or several that one runner must all have. */
function parseLabels(text) {
	const labels = text.split(",").map((label) => label.trim());
	if (labels.every((label) => /^[\w.-]+$/.test(label))) return labels.length === 1 ? String(labels[0]) : `[${labels.join(", ")}]`;
	throw new UsageError(`"${text}" is no label of a runner.\nExpected one label, or several with commas between: self-hosted,linux,gpu.`);
}
export { writeWorkflows as t };
