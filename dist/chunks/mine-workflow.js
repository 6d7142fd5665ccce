import { n as createTwoFilesPatch, t as FILE_HEADERS_ONLY } from "./libesm.js";
import { o as UsageError, r as InternalError } from "./errors.js";
import { U as openRepository, i as packageFile } from "./workspace.js";
import { a as packageVersion, t as readRepositoryList } from "./mine-list.js";
import { t as makeFolderOf } from "./task-writer2.js";
import { n as carryOver } from "./workflow-template.js";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
// src/commands/mine-workflow.ts
/**
* `mine --workflow`: writes the workflow file that mines a list on several machines, and nothing else.
*
* In: the list. Out: what was written, or a diff where another file is there. The runner and the pins of actions in
* that file are the user's and stay. Needs no network.
*/
const PATH = ".github/workflows/code2lora-mine.yml";
/** Throws UsageError in a bare repository, and for a list that is not in the work tree or cannot be understood. */
async function writeMineWorkflow(options) {
	const repository = await openRepository(resolve(options.repo ?? "."));
	const list = listInside(repository, options.repositories);
	const file = join(repository.root, PATH);
	const existing = existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : void 0;
	const fresh = renderMineTemplate(list);
	const text = existing === void 0 ? fresh : carryOver(fresh, existing);
	const outcome = outcomeOf({
		existing,
		text,
		force: options.force
	});
	if (outcome === "written") {
		makeFolderOf(file);
		writeFileSync(file, text);
	}
	const diff = existing === void 0 || existing === text ? null : renderDiff(existing, text);
	return {
		schema: "code2lora/mine-workflow@1",
		list,
		file: {
			path: PATH,
			outcome,
			diff
		}
	};
}
/** The text of the workflow; `list` is a path from the root of the repository. */
function renderMineTemplate(list) {
	return readTemplate().replace("__version__", () => packageVersion()).replace("__list__", () => /^[A-Za-z][\w./-]*$/.test(list) ? list : JSON.stringify(list));
}
function outcomeOf({ existing, text, force = false }) {
	if (existing === text) return "unchanged";
	return existing === void 0 || force ? "written" : "differs";
}
/** Its path as the workflow will see it. Reads the list too: better a mistake is found here than on eight machines. */
function listInside(repository, list) {
	readRepositoryList(list);
	const path = relative(repository.root, realpathSync(list)).replaceAll(sep, "/");
	if (!repository.isBare && !path.startsWith("../") && !isAbsolute(path)) return path;
	throw new UsageError(`${list} is not in the work tree of ${repository.root}, so no workflow would find it.\nPut the list into the repository that the workflow is for, and commit it.`);
}
const renderDiff = (existing, text) => createTwoFilesPatch(PATH, PATH, existing, text, "as it is", "as mine writes it", { headerOptions: FILE_HEADERS_ONLY }).trimEnd();
function readTemplate() {
	const file = packageFile("src/commands/workflows/mine.yml") ?? packageFile("dist/workflows/mine.yml");
	if (file !== void 0) return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
	throw new InternalError("The workflow template mine.yml is not in the package");
}
export { writeMineWorkflow };
