/**
 * Whether an assertion claims that something equals the value, so that another value is wrong. Pure.
 *
 * In: the text up to the value. Read backwards from the value: an operator, or the name that is called with it. Of
 * `x > 3`, `assertIn(x, xs)` or `.not.toBe(3)` another value may be right too.
 */

export function claimsEquality(prefix: string): boolean {
  const before = prefix.slice(-MAX_BACK).trimEnd();
  if (/(?:==|\bis)$/.test(before)) return !/!==$/.test(before);
  if (!/[(,=]$/.test(before) || /[<>!]=$/.test(before)) return false;
  const call = enclosingCall(before);
  if (call === null) return false;
  // `assert x == (` : the bracket is layout
  return call.name === '' ? claimsEquality(call.before) : !isOtherClaim(call);
}

/** An argument before the value can be long, but not longer. */
const MAX_BACK = 20_000;

interface Call {
  name: string;
  /** Text before the name, or before the bracket where there is none. */
  before: string;
}

/** The bracket that is open at the end, by counting back; strings that hold brackets of their own may deceive it. */
function enclosingCall(text: string): Call | null {
  const plain = text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (string) =>
    '_'.repeat(string.length),
  );
  let depth = 0;
  for (let at = plain.length - 1; at >= 0; at -= 1) {
    if (')]}'.includes(plain.charAt(at))) depth += 1;
    else if ('([{'.includes(plain.charAt(at)) && --depth < 0) {
      const before = plain.slice(0, at);
      const name = /[\w$]*$/.exec(before)?.[0] ?? '';
      return { name, before: before.slice(0, before.length - name.length) };
    }
  }
  return null;
}

const OTHER_CLAIM =
  /(?:^|_)not|Not|isnt|greater|less|above|below|least|most|contain|inclu|match|regex|has|oneof|within|members|start|end|keys?$/i;

/** `not` before the name counts, as in `expect(x).not.toBe(3)`; `assertIn` and `assert_in` end with their word. */
const isOtherClaim = ({ name, before }: Call): boolean =>
  OTHER_CLAIM.test(name) || /In$|_in$/.test(name) || /\.not\.(?:\w+\.)*$/.test(before);
