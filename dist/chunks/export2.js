export { t as exportAdapter } from "./export.js";
