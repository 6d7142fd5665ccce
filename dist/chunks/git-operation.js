import { join } from "node:path";
import { existsSync } from "node:fs";
// src/hooks/git-operation.ts
/**
* Is a rebase, merge or bisection unfinished? HEAD is on its way somewhere then, and not worth following.
*/
const MARKS = {
	"rebase-merge": "a rebase",
	"rebase-apply": "a rebase or am",
	sequencer: "a cherry-pick or revert of several commits",
	CHERRY_PICK_HEAD: "a cherry-pick",
	REVERT_HEAD: "a revert",
	MERGE_HEAD: "a merge",
	BISECT_LOG: "a bisection"
};
/** What is under way in a work tree, in words; `undefined` when nothing is. `gitDir` is that work tree's own. */
function operationInProgress(gitDir) {
	return Object.entries(MARKS).find(([mark]) => existsSync(join(gitDir, mark)))?.[1];
}
export { operationInProgress as t };
