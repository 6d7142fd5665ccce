import { n as countCommits } from "./ancestry.js";
import "./install.js";
import "./worker.js";
import { t as nearestSnapshot } from "./lineage.js";
import { a as readPromotion } from "./health-promotion.js";
import { k as readInstallation } from "./file-edits.js";
import { t as readWorkerState } from "./worker-state.js";
import { a as readLastCheck } from "./adapter-health.js";
import { o as snapshotInfo, r as openWorkspace } from "./workspace.js";
// src/commands/status.ts
/**
* Where the adapter stands: snapshot, commits behind HEAD, worker, last check, last error.
*
* Opens no model and writes nothing, so it answers at once.
*/
async function status(options = {}) {
	const workspace = await openWorkspace(options);
	const { repository, store, lineage, stateFolder } = workspace;
	const { root, headSha: head, branch } = repository;
	const snapshot = head === null ? void 0 : await nearestSnapshot(repository, store, {
		until: head,
		...lineage
	});
	const { worker, lastError } = readWorkerState(stateFolder);
	const installation = readInstallation(stateFolder);
	return {
		schema: "code2lora/status@1",
		repository: {
			root,
			head,
			branch
		},
		snapshot: snapshot ? snapshotInfo(snapshot) : null,
		use: snapshot ? await readPromotion(workspace, snapshot) : null,
		behind: snapshot && head ? await countCommits(repository, {
			after: snapshot.commit,
			until: head
		}) : null,
		worker,
		lastCheck: readLastCheck(stateFolder) ?? null,
		lastError,
		hooks: {
			installed: installation !== null,
			mode: installation?.mode ?? null
		}
	};
}
export { status as t };
