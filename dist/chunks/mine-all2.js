export { t as mineAll } from "./mine-all.js";
