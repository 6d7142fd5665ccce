// src/report/verdict-names.ts
/** The verdicts, in the order in which they are counted. Apart from the schemas, which are not loaded at run time. */
const VERDICTS = [
	"expected",
	"plausible",
	"surprising",
	"open"
];
export { VERDICTS as t };
