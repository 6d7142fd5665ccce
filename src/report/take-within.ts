/**
 * Renders the first items that fit together into a space: `sizeOf` measures a text, and each is followed by a line
 * break. Stops at the first that does not fit, so that a report of any size costs no more than its page.
 */
export function takeWithin<T>(
  items: readonly T[],
  space: number,
  { render, sizeOf }: { render: (item: T) => string; sizeOf: (text: string) => number },
): string[] {
  const taken: string[] = [];
  let left = space;
  for (const item of items) {
    const text = render(item);
    left -= sizeOf(text) + 1;
    if (left < 0) break;
    taken.push(text);
  }
  return taken;
}
