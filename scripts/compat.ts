import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';

const prefix = 'compat/';

/**
 * src/compat/reporters/udp_sender.ts is what `jaeger-client/dist/src/reporters/udp_sender` must give. Its module is built
 * where its source is, and a forwarder at jaeger-client's path leads to it: physical files, because webpack 4, Jest 27
 * and `moduleResolution: node` do not read `exports`.
 */
export function forwardCompatModules(modules: readonly string[], folder: string): void {
  for (const path of modules) {
    if (path.startsWith(prefix)) forward(path.slice(prefix.length, -'.ts'.length), folder);
  }
}

function forward(stem: string, folder: string): void {
  const file = `${folder}/${stem}.js`;
  if (existsSync(file))
    throw new Error(`src/compat/${stem}.ts and src/${stem}.ts want the same path in dist/src`);
  const up = posix.relative(posix.dirname(stem), '.') || '.';
  const target = `${up}/compat/${stem}.js`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `'use strict';\nmodule.exports = require('${target}');\n`);
  writeFileSync(
    file.replace(/js$/, 'd.ts'),
    `export * from '${target}';\nexport { default } from '${target}';\n`,
  );
}
