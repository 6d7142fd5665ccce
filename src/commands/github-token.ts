/**
 * Where the token for a GitHub host comes from.
 *
 * In: a host and the environment. Out: a token. The rules are those of `gh` (gh help environment): the variables
 * for github.com are not sent to another server, which has variables of its own.
 */
import { UsageError } from '../errors.ts';
import { tokenOfGh } from '../hooks/spawn.ts';

const HOSTED = ['GITHUB_TOKEN', 'GH_TOKEN'];
const ENTERPRISE = ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];

/** Throws UsageError that names what to set when there is none. */
export async function findToken(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  // GITHUB_API_URL says where to: whoever sets it means the token for that place.
  const isHosted = host === 'github.com' || host.endsWith('.ghe.com') || env.GITHUB_API_URL !== undefined;
  const names = isHosted ? HOSTED : ENTERPRISE;
  const token = names.map((name) => env[name]?.trim()).find(Boolean) ?? (await tokenOfGh(host));
  if (token) return token;
  throw new UsageError(
    `There is no token for ${host}: neither ${names.join(' nor ')} is set, and "gh" has none.\n` +
      'Run "gh auth login", or set one that may read the repository\'s Actions (fine-grained: "Actions: read").',
  );
}
