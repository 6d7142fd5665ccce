export { t as check, n as run } from "./check.js";
