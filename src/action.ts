/** What the runner starts: `main: dist/action.js` of action.yml. */
import { main } from './action/main.ts';

await main();
