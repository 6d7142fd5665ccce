export { t as bench } from "./bench.js";
