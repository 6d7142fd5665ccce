// src/scoring/metrics.ts
/**
* How close a completion comes to the value that was written.
*
* In: two texts. Out: a claim or a number from 0 to 1. Knows nothing about models. The completion is taken as it is:
* nothing is cut off after a look at the answer (the paper's code does that, see paper-metrics.ts).
*
* Two texts count as equal when they differ in layout only: spaces and line breaks outside of strings, and the
* kind of quotes around a string (`'a'` and `"a"`; not backticks and not triple quotes).
*/
/** Whether both texts are the same expression but for layout. */
const exactMatch = (completion, target) => withoutLayout(completion) === withoutLayout(target);
/**
* 1 − d / n: d is the Levenshtein distance of the texts without layout, in characters, n the length of the longer
* one (Levenshtein 1966; the normalised form of Yujian & Bo 2007, section 1). Two empty texts are equal: 1.
*/
function editSimilarity(completion, target) {
	const a = [...withoutLayout(completion)];
	const b = [...withoutLayout(target)];
	const longer = Math.max(a.length, b.length);
	return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}
/** An expression with double quotes, and with spaces only where two words would run together. */
function withoutLayout(text) {
	let result = "";
	for (const [token] of text.matchAll(TOKEN)) {
		const needsSpace = WORD.test(token) && WORD.test(result.slice(-1));
		result += `${needsSpace ? " " : ""}${withDoubleQuotes(token)}`;
	}
	return result;
}
const TOKEN = /"""[\s\S]*?"""|'''[\s\S]*?'''|`(?:\\[\s\S]|[^`\\])*`|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[\p{L}\p{N}_$]+|\S/gu;
const WORD = /^[\p{L}\p{N}_$]/u;
function withDoubleQuotes(token) {
	if (!(token.length > 1 && /^(?:'(?!'')|"(?!""))/.test(token))) return token;
	return `"${token.slice(1, -1).replace(/\\(['"])/g, "$1").replaceAll("\"", "\\\"")}"`;
}
/** Fewest insertions, deletions and replacements from one list to the other; one row of the table at a time. */
function editDistance(a, b) {
	const row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (const [i, item] of a.entries()) {
		let diagonal = row[0];
		row[0] = i + 1;
		for (let j = 1; j <= b.length; j += 1) {
			const above = row[j];
			const left = row[j - 1];
			row[j] = Math.min(above + 1, left + 1, diagonal + (b[j - 1] === item ? 0 : 1));
			diagonal = above;
		}
	}
	return row[b.length];
}
export { exactMatch as n, withoutLayout as r, editSimilarity as t };
