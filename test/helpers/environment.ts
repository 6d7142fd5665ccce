/** Changes environment variables of this process for the time of one call; undefined removes one. */
export async function withEnvironment<T>(
  changes: Record<string, string | undefined>,
  run: () => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  apply(changes);
  try {
    return await run();
  } finally {
    apply(Object.fromEntries(Object.keys(changes).map((name) => [name, before[name]])));
  }
}

function apply(changes: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
