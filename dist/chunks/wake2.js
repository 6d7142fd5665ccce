export { t as wakeWorker } from "./wake.js";
