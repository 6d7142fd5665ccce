export { t as doctor } from "./doctor.js";
