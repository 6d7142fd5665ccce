export { t as complete } from "./complete2.js";
