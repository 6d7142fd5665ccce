export { t as mine } from "./mine2.js";
