#!/usr/bin/env node
// Not a part of the build: npm links a program only where its file is there at install time.

let cli;
try {
  cli = await import('../dist/cli.cjs');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('spoor-all-in-one is not built: run `npm run build -w spoor-all-in-one`');
  process.exit(1);
}
process.exitCode = await cli.default.runCli(process.argv.slice(2), {
  print: console.log,
  complain: console.error,
});
