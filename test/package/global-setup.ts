import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack } from '../../scripts/pack.js';
import { root } from '../../scripts/root.js';
import { npmInstall, run } from './run.js';

/** Made once for all package tests: the tarball, and an empty folder in which `npm install` put it. */
export interface Packed {
  readonly tarball: string;
  /** An application that has nothing but spoor, opentracing, grpc-js and Node's types. */
  readonly consumer: string;
  /** Scratch space, removed at the end. */
  readonly scratch: string;
}

/** The optional peer of `spoor/grpc`. */
const GRPC_JS = '1.14.7';

declare module 'vitest' {
  export interface ProvidedContext {
    packed: Packed;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const scratch = mkdtempSync(join(tmpdir(), 'spoor-package-'));
  const tarball = await pack('spoor', scratch);
  const consumer = join(scratch, 'consumer');
  mkdirSync(consumer);
  const manifest = {
    name: 'consumer',
    private: true,
    dependencies: {
      spoor: `file:${tarball}`,
      opentracing: '^0.14.7',
      '@grpc/grpc-js': GRPC_JS,
      '@types/node': '^20.19.0',
    },
  };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  await npmInstall(consumer);
  await installJaegerClient();
  project.provide('packed', { tarball, consumer, scratch });
  return () => rmSync(scratch, { recursive: true, force: true });
}

/** The official IDL comes with jaeger-client, which the bench installs for itself. */
async function installJaegerClient(): Promise<void> {
  if (existsSync(join(root, 'bench/node_modules/jaeger-client'))) return;
  await run('npm', ['ci', '--no-audit', '--no-fund'], join(root, 'bench'));
}
