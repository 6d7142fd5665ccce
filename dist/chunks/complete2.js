import { s as extractAssertions } from "./mine-history.js";
import { o as UsageError } from "./errors.js";
import { O as languageOf, T as _usingCtx, a as requireHead, n as modelInfo, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { a as scoreWith, c as reportAssertion, o as thresholdsOf, s as update } from "./check.js";
import { n as createTimer } from "./update.js";
import { relative, resolve } from "node:path";
import { readFileSync } from "node:fs";
// src/commands/complete.ts
/**
* Candidates for the expected value at one place of the work tree, with probabilities.
*
* The file is read as it stands on disk, so it works while the test is being written.
*/
/** Completes the assertions whose expected value is at `path:line` or `path:line:column`. */
async function complete(place, options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const timer = createTimer();
		const { path, line, column } = parsePlace(place);
		const workspace = _usingCtx$1.a(await openWorkspace(options));
		const { root, branch } = workspace.repository;
		const head = requireHead(workspace.repository);
		const file = resolve(options.repo ?? ".", path);
		const repositoryPath = relative(root, file).replaceAll("\\", "/");
		const { assertions } = await extractAssertions(repositoryPath, readSource(file, repositoryPath));
		const chosen = atPlace(assertions, {
			path: repositoryPath,
			line,
			column
		});
		const { inUse: snapshot } = await timer.time("update", () => update(workspace, head, options));
		const scores = await timer.time("complete", () => scoreWith(workspace, snapshot, chosen, options));
		return {
			schema: "code2lora/complete@1",
			repository: {
				root,
				head,
				branch
			},
			model: modelInfo(workspace.pack, (await workspace.device()).device),
			snapshot: snapshotInfo(snapshot.manifest),
			assertions: scores.map((score) => reportAssertion(score, thresholdsOf(workspace))),
			timings: timer.timings()
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** `path:line` or `path:line:column`; the path may hold colons itself. */
function parsePlace(place) {
	const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(place);
	if (match === null || Number(match[2]) < 1) throw new UsageError(`"${place}" is not a place in a file.\nExpected FILE:LINE or FILE:LINE:COLUMN, such as test/cart.test.ts:42.`);
	return {
		path: match[1],
		line: Number(match[2]),
		column: match[3] ? Number(match[3]) : null
	};
}
function atPlace(assertions, { path, line, column }) {
	const onLine = assertions.filter((assertion) => assertion.line <= line && line <= assertion.endLine);
	const atColumn = onLine.filter((assertion) => column === null || assertion.column <= column && column <= assertion.endColumn);
	const found = atColumn.length > 0 ? atColumn : onLine;
	if (found.length > 0) return found;
	const near = [...assertions].sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line)).slice(0, 3).map((assertion) => assertion.line);
	throw new UsageError(`No assertion has its expected value at ${path}:${line}.\n` + (near.length > 0 ? `The nearest ones are at line ${near.join(", ")}.` : "The file has no assertion that is read; see docs/assertions.md."));
}
function readSource(file, path) {
	if (languageOf(path) === null) throw new UsageError(`${path} is not a Python, TypeScript or JavaScript file.`);
	try {
		return readFileSync(file, "utf8");
	} catch (cause) {
		throw new UsageError(`Cannot read ${path}: ${cause.message}`, { cause });
	}
}
export { parsePlace as n, complete as t };
