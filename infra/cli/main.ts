// Where the process begins. Compiling our own and others' modules is half of what a short command costs, so it is kept from
// one start to the next, beside the packages and so in nobody else's hands; where that can't be written, it is done each time.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/outcry'));
const { runProgram } = await import('./program.ts');
await runProgram();
