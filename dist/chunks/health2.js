export { t as health } from "./health.js";
