// The program `spoor`.

import { runCli } from './cli/main.js';

void runCli(process.argv.slice(2), { print: console.log, complain: console.error }).then((code) => {
  process.exitCode = code;
});
