import { join } from "node:path";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
// src/commands/last-check.ts
/**
* The result of the last check, kept for `status` and as the place where the next `run` goes on.
*
* Replaced atomically. A damaged or foreign file counts as none: the next run writes a new one.
*/
const FILE = "last-check.json";
function readLastCheck(stateFolder) {
	try {
		const value = JSON.parse(readFileSync(join(stateFolder, FILE), "utf8"));
		return typeof value?.commit === "string" && Array.isArray(value.findings) ? value : void 0;
	} catch {
		return;
	}
}
function writeLastCheck(stateFolder, report) {
	const findings = report.assertions.filter(({ verdict }) => verdict === "surprising" || verdict === "open");
	const last = {
		commit: report.range.head,
		finishedAt: (/* @__PURE__ */ new Date()).toISOString(),
		summary: report.summary,
		findings
	};
	writeAtomically(stateFolder, FILE, `${JSON.stringify(last, null, 2)}\n`);
}
/** Writes beside the place and renames: a reader sees the old file or the new one. */
function writeAtomically(folder, name, text) {
	mkdirSync(folder, { recursive: true });
	const temporary = join(folder, `.${name}.${process.pid}`);
	writeFileSync(temporary, text, { flush: true });
	renameSync(temporary, join(folder, name));
}
export { writeLastCheck as n, readLastCheck as t };
