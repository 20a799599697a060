import { execFile } from 'node:child_process';

/**
 * Runs a program to its end and answers with what it wrote to stdout. A failure shows everything it wrote.
 * The children get no NODE_OPTIONS: what works here must not lean on how the tests were started.
 */
export function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...inherited, ...env }, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${error.message}\n${stdout}${stderr}`));
    });
  });
}

/** A real `npm install`, through whatever registry npm is set up with. */
export function npmInstall(cwd: string): Promise<string> {
  return run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], cwd);
}
