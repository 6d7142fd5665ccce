import { o as UsageError } from "./errors.js";
import { t as acquireLock } from "./lock.js";
import { T as _usingCtx } from "./workspace.js";
// src/commands/state-lock.ts
/**
* One process at a time updates a repository's state: the foreground waits for the worker, and says so.
*/
const POLL_MS = 200;
const MAX_WAIT_MS = 6e5;
/** Runs `work` while holding the lock of the state folder. Throws UsageError after ten minutes of waiting. */
async function withStateLock({ stateFolder }, options, work) {
	const begun = Date.now();
	for (;;) try {
		var _usingCtx$1 = _usingCtx();
		if (_usingCtx$1.a(await acquireLock(stateFolder)) !== null) return await work();
		const waited = Date.now() - begun;
		if (waited > MAX_WAIT_MS) throw new UsageError(`Another code2lora process has held ${stateFolder} for ${Math.round(waited / 6e4)} minutes.\nRun "code2lora doctor" to see which one, end it, and try again.`);
		options.onProgress?.({
			stage: "wait",
			done: waited,
			total: MAX_WAIT_MS
		});
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
export { withStateLock as t };
