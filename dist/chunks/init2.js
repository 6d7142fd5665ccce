export { t as init, n as uninstall } from "./init.js";
