export { t as check, i as run } from "./check.js";
