/** A program that mines a list: `node --import tsx mine-program.ts LIST OUT`. Prints the report as JSON. */
import { mineAll } from '../../src/commands/mine-all.ts';

const [repositories = '', out = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await mineAll({ repositories, out })));
