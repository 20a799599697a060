import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack } from '../../scripts/pack.js';
import { root } from '../../scripts/root.js';
import { npmInstall, run } from './run.js';

/** A tarball, and an empty folder in which `npm install` put it. */
export interface PackedPackage {
  readonly tarball: string;
  readonly consumer: string;
}

/** Made once for all package tests. */
export interface Packed {
  /** Its consumer has spoor, opentracing, grpc-js and Node's types. */
  readonly spoor: PackedPackage;
  /** Its consumer has spoor-all-in-one and Node's types. */
  readonly allInOne: PackedPackage;
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
  const [tracer, collector] = await Promise.all([
    pack('spoor', join(scratch, 'spoor')),
    pack('spoor-all-in-one', join(scratch, 'all-in-one')),
  ]);
  const spoor = await install(tracer, join(scratch, 'consumer'), 'spoor', {
    opentracing: '^0.14.7',
    '@grpc/grpc-js': GRPC_JS,
    '@types/node': '^20.19.0',
  });
  const allInOne = await install(
    collector,
    join(scratch, 'all-in-one-consumer'),
    'spoor-all-in-one',
    { '@types/node': '^20.19.0' },
  );
  await installJaegerClient();
  project.provide('packed', { spoor, allInOne, scratch });
  return () => rmSync(scratch, { recursive: true, force: true });
}

async function install(
  tarball: string,
  consumer: string,
  name: string,
  others: Readonly<Record<string, string>> = {},
): Promise<PackedPackage> {
  mkdirSync(consumer);
  const dependencies = { [name]: `file:${tarball}`, ...others };
  const manifest = { name: 'consumer', private: true, dependencies };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  await npmInstall(consumer);
  return { tarball, consumer };
}

/** The official IDL comes with jaeger-client, which the bench installs for itself. */
async function installJaegerClient(): Promise<void> {
  if (existsSync(join(root, 'bench/node_modules/jaeger-client'))) return;
  await run('npm', ['ci', '--no-audit', '--no-fund'], join(root, 'bench'));
}
