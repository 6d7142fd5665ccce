/**
 * What the environment says to us, and what of it a background process may keep.
 *
 * Pure: environment in, answer or environment out.
 */

/**
 * Settings of the user rather than of one git command. All other GIT_ variables are dropped: inside a hook
 * they point to the repository and index of the command that runs it (git rev-parse --local-env-vars).
 */
const KEPT = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_CEILING_DIRECTORIES'];
const NOT_SET = ['', '0', 'false'];

/** The switch that is on, for a message; `undefined` when hooks are wanted. */
export function offSwitch(env: NodeJS.ProcessEnv): string | undefined {
  if (env.CODE2LORA === '0') return 'CODE2LORA=0';
  const { CI = '' } = env;
  return NOT_SET.includes(CI) ? undefined : `CI=${CI}`;
}

export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isKept = (name: string) => !name.startsWith('GIT_') || KEPT.includes(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));
}
