import { t as wakeWorker } from "./chunks/wake.js";
import { fileURLToPath } from "node:url";
// src/hook.ts
/**
* What the git hooks start, in the background: `node dist/hook.js HOOK [HOOK'S ARGUMENTS]`.
*
* Notes the event, starts the worker if none lives, and is gone. Loads nothing but Node's own modules and a
* few files of hooks/. Whatever goes wrong must not reach git: the exit code is always 0.
*/
const [hook = "", ...args] = process.argv.slice(2);
try {
	wakeWorker(hook, args, { cli: fileURLToPath(new URL("./cli.js", import.meta.url)) });
} catch (error) {
	process.stderr.write(`code2lora: ${error}\n`);
}
export {};
