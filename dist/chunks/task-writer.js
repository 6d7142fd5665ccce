export { n as openTaskWriter } from "./task-writer2.js";
