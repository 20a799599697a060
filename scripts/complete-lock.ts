/**
 * `npm run complete-lock`, after a change of the tools' versions.
 *
 * Tools with native code name one optional package per platform. Where the registry in use lacks those of other
 * platforms, npm leaves them out of package-lock.json without a word, and `npm ci` then refuses the file everywhere.
 * This puts the missing ones in, without a checksum, as npm would have.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './root.js';

interface Locked {
  readonly version?: string;
  readonly engines?: unknown;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const path = `${root}package-lock.json`;
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, object> };

/** `@tool/binding-linux-arm64-musl`: system, processor, and the C library or ABI. */
const bindingName = /binding-([a-z0-9]+)-([a-z0-9]+)(?:-([a-z]+))?$/;

function missingBinding(name: string, version: string, tool: Locked): object {
  const [, os, cpu, abi = ''] = bindingName.exec(name) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`what platform is ${name} for?`);
  const libc = os === 'linux' && { libc: [abi.startsWith('gnu') ? 'glibc' : 'musl'] };
  const engines = tool.engines !== undefined && { engines: tool.engines };
  const rest = { license: 'MIT', optional: true, os: [os], ...engines };
  return { version, cpu: [cpu], dev: true, ...libc, ...rest };
}

let added = 0;
for (const [toolPath, tool] of Object.entries(lock.packages) as [string, Locked][]) {
  for (const [name, version] of Object.entries(tool.optionalDependencies ?? {})) {
    const places = [`${toolPath}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => place in lock.packages)) continue;
    lock.packages[`node_modules/${name}`] = missingBinding(name, version, tool);
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(
  path,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`,
);
console.log(`package-lock.json: ${added} added`);
