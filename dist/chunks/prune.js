export { t as prune } from "./prune2.js";
