import { U as openRepository, s as stateFolderOf } from "./workspace.js";
import { t as runWorker } from "./worker.js";
import { i as run } from "./check.js";
import { t as isPromotionNotice } from "./health-promotion.js";
// src/commands/work.ts
/**
* What the background worker does for each work tree that a hook woke it for: the same as `run`, in silence.
*
* The result is kept for `status`. Nothing is ever printed into a user's terminal.
*/
/** Works off what the hooks asked for, then ends. */
async function work({ repo }) {
	const stateFolder = stateFolderOf(await openRepository(repo));
	await runWorker(stateFolder, { async task({ requests, signal, log }) {
		for (const { workTree, hook } of requests) {
			if (signal.aborted) return;
			const { snapshot, summary, notices, timings } = await run({ repo: workTree });
			const { surprising, open } = summary;
			log(`${hook}: adapter at ${snapshot.commit.slice(0, 10)}, ${summary.assertions} assertions, ${surprising} surprising, ${open} open, ${timings.total} ms`);
			for (const notice of notices.filter(isPromotionNotice)) log(`${hook}: ${notice}`);
		}
	} });
}
export { work };
