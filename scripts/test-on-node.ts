/** `npm run test:node -- MAJOR [arguments of Vitest]`: the tests of both packages' sources on another Node.js. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeBinary } from './node-binary.js';
import { root } from './root.js';

const [major, ...rest] = process.argv.slice(2);
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const projects = ['--project', 'unit', '--project', 'all-in-one'];
const args = [vitest, 'run', '--config', 'test/vitest.config.ts', ...projects, ...rest];
const { status } = spawnSync(nodeBinary(Number(major)), args, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
