/**
 * What the background worker does for each work tree that a hook woke it for: the same as `run`, in silence.
 *
 * The result is kept for `status`. Nothing is ever printed into a user's terminal.
 */
import { openRepository } from '../git/run.ts';
import { runWorker } from '../hooks/worker.ts';
import { run } from './check.ts';
import { isPromotionNotice } from './health-promotion.ts';
import { stateFolderOf } from './workspace.ts';

/** Works off what the hooks asked for, then ends. */
export async function work({ repo }: { repo: string }): Promise<void> {
  const stateFolder = stateFolderOf(await openRepository(repo));
  await runWorker(stateFolder, {
    async task({ requests, signal, log }) {
      for (const { workTree, hook } of requests) {
        if (signal.aborted) return;
        const { snapshot, summary, notices, timings } = await run({ repo: workTree });
        const { surprising, open } = summary;
        log(
          `${hook}: adapter at ${snapshot.commit.slice(0, 10)}, ${summary.assertions} assertions, ` +
            `${surprising} surprising, ${open} open, ${timings.total} ms`,
        );
        for (const notice of notices.filter(isPromotionNotice)) log(`${hook}: ${notice}`);
      }
    },
  });
}
