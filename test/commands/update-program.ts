/** A program that updates and says how far it is: `node --import tsx update-program.ts REPO PACK`. */
import { updateAdapter } from '../../src/commands/update.ts';
import { openWorkspace, requireHead } from '../../src/commands/workspace.ts';

const [repo, model] = process.argv.slice(2);
await using workspace = await openWorkspace({ repo, model, device: 'cpu' });
await using cache = workspace.openCache();
await updateAdapter(workspace, {
  until: requireHead(workspace.repository),
  cache,
  onProgress: ({ stage, done }) => process.stdout.write(`${stage} ${done}\n`),
});
