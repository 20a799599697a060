/**
 * `prepublishOnly` of both packages: refuses to publish without the addresses that npm shows, and from a tree that is
 * not committed as it is. Run by npm in the folder of the package.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const REQUIRED_FIELDS = ['repository', 'homepage', 'bugs'];

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
const problems = REQUIRED_FIELDS.filter((field) => manifest[field] === undefined).map(
  (field) => `package.json of ${String(manifest['name'])} has no "${field}"`,
);
if (/-dev\b/.test(String(manifest['version']))) {
  problems.push(`version ${String(manifest['version'])} is a development version`);
}
const changes = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim();
if (changes !== '') problems.push(`the work tree is not clean:\n${changes}`);

for (const problem of problems) console.error(`not published: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
