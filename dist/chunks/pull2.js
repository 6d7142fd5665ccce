export { t as pull } from "./pull.js";
