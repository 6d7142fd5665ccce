export { t as status } from "./status2.js";
