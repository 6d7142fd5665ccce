export { t as writeWorkflows } from "./workflow.js";
