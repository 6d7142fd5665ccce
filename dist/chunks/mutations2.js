export { t as benchMutations } from "./mutations.js";
