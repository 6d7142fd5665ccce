import { t as bench$1 } from "./chunks/bench.js";
import { i as run$1, t as check$1 } from "./chunks/check.js";
import { t as complete$1 } from "./chunks/complete2.js";
import { t as doctor$1 } from "./chunks/doctor.js";
import { t as exportAdapter$1 } from "./chunks/export.js";
import { t as health$1 } from "./chunks/health.js";
import { n as uninstall$1, t as init$1 } from "./chunks/init.js";
import { t as mine$1 } from "./chunks/mine2.js";
import { t as mineAll$1 } from "./chunks/mine-all.js";
import { t as benchMutations$1 } from "./chunks/mutations.js";
import { t as prune$1 } from "./chunks/prune2.js";
import { t as pull$1 } from "./chunks/pull.js";
import { t as status$1 } from "./chunks/status2.js";
import { n as verify$1 } from "./chunks/verify2.js";
import { t as writeWorkflows$1 } from "./chunks/workflow.js";
import { a as SnapshotError, i as ModelError, n as GitHubError, o as UsageError, r as InternalError, t as GitError } from "./chunks/errors.js";
// src/index.ts
/**
* The commands as functions, and the types of what they take and give.
*
* Every type is written out here, so that the declarations a user's compiler reads stop at the reports and
* options and do not lead into git, ONNX Runtime or tree-sitter.
*/
/** Installs the hooks and writes the configuration. */
const init = init$1;
/** Writes the workflow files that run the Action. */
const writeWorkflows = writeWorkflows$1;
/** Leaves every file as it was before `init`. */
const uninstall = uninstall$1;
/** Updates the adapter to HEAD and checks the assertions that changed since the last check. */
const run = run$1;
/** Checks the assertions of a range of commits, or all of them. */
const check = check$1;
/** Candidates for the expected value at `FILE:LINE` or `FILE:LINE:COLUMN`. */
const complete = complete$1;
/** Where the adapter stands and what the last check found. */
const status = status$1;
/** Hands every assertion event of the history to `emit`, oldest commit first. */
const mine = mine$1;
/** Mines a list of repositories into a folder; goes on where an earlier run stopped. */
const mineAll = mineAll$1;
/** Measures adapters on the repositories of a list, and writes a document with tables and plots. */
const bench = bench$1;
/** Writes the adapter of HEAD as a PEFT folder. */
const exportAdapter = exportAdapter$1;
/** Rebuilds a stored or downloaded snapshot from the history and compares. */
const verify = verify$1;
/** Fetches the newest adapter that CI stored into the local state. */
const pull = pull$1;
/** Measures how well mistakes are told from right values, and writes the calibration that follows from it. */
const benchMutations = benchMutations$1;
/** Measures whether the adapter knows this repository, on the newest assertions. */
const health = health$1;
/** Checks the installation. */
const doctor = doctor$1;
/** Removes snapshots by the retention rule. */
const prune = prune$1;
export { GitError, GitHubError, InternalError, ModelError, SnapshotError, UsageError, bench, benchMutations, check, complete, doctor, exportAdapter, health, init, mine, mineAll, prune, pull, run, status, uninstall, verify, writeWorkflows };
