import { join } from "node:path";
import { existsSync, readFileSync } from "node:fs";
// src/commands/workflow-places.ts
/** Where the workflow files lie in a repository, and what is there now. Knows nothing of what is in them. */
const STEMS = {
	compute: ".github/workflows/code2lora",
	comment: ".github/workflows/code2lora-comment"
};
const findWorkflows = (root) => [findPlace(root, "compute"), findPlace(root, "comment")];
/** GitHub reads both endings: a second file beside a `.yaml` would run everything twice. */
function findPlace(root, role) {
	const path = [`${STEMS[role]}.yml`, `${STEMS[role]}.yaml`].find((name) => existsSync(join(root, name))) ?? `${STEMS[role]}.yml`;
	const file = join(root, path);
	return {
		role,
		path,
		existing: existsSync(file) ? readFileSync(file, "utf8") : void 0
	};
}
export { findWorkflows as t };
