// src/report/visible.ts
/**
* Control characters, bidirectional controls (Boucher & Anderson 2021, "Trojan Source"), zero-width and other
* invisible characters and halves of surrogate pairs as escapes; tab and line breaks as `\t`, `\n`, `\r`.
*/
const visible = (text) => text.replace(INVISIBLE, escapeOf);
/** `3 values`, `1 value`. */
const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
/** Also marks that show as nothing: grapheme joiner, Hangul fillers, variation selectors beyond the emoji's. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]|[\u034f\u17b4\u17b5]|[\u{e0100}-\u{e01ef}]/gu;
const NAMES = {
	"	": "\\t",
	"\n": "\\n",
	"\r": "\\r"
};
function escapeOf(character) {
	const code = character.codePointAt(0).toString(16);
	return NAMES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}
export { visible as n, count as t };
