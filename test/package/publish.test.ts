import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readManifest } from '../../scripts/manifest.js';
import { root } from '../../scripts/root.js';

const tsx = createRequire(import.meta.url).resolve('tsx/cli');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spoor-publish-'));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the check says of a package with this manifest, and its exit code. */
function check(manifest: object, isCommitted: boolean): Promise<[number, string]> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  if (isCommitted) {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
    execFileSync('git', ['add', '.'], { cwd: folder });
    execFileSync('git', [...identity, 'commit', '--quiet', '-m', 'all'], { cwd: folder });
  }
  return new Promise((resolve) => {
    const script = join(root, 'scripts/check-publish.ts');
    const child = execFile(process.execPath, [tsx, script], { cwd: folder }, (_error, _out, text) =>
      resolve([child.exitCode ?? -1, text]),
    );
  });
}

const complete = { name: 'spoor', version: '3.20.0', repository: 'r', homepage: 'h', bugs: 'b' };

test('npm publish goes on with all addresses, a release version and a clean tree', async () => {
  expect(await check(complete, true)).toEqual([0, '']);
});

test.each(['repository', 'homepage', 'bugs'])(
  'npm publish is refused without "%s"',
  async (field) => {
    const expected = `not published: package.json of spoor has no "${field}"\n`;
    expect(await check({ ...complete, [field]: undefined }, true)).toEqual([1, expected]);
  },
);

test('npm publish is refused with a development version, and with uncommitted changes', async () => {
  const [code, text] = await check({ ...complete, version: '3.20.0-dev' }, false);
  expect(code).toBe(1);
  expect(text).toContain('version 3.20.0-dev is a development version');
  expect(text).toMatch(/not clean:\n\?\? package\.json/);
});

test('both packages run the check before they are published, and nothing when they are installed', () => {
  for (const path of ['.', 'all-in-one']) {
    const { scripts } = readManifest(join(root, path)) as unknown as {
      scripts: Record<string, string>;
    };
    expect(scripts['prepublishOnly'], path).toMatch(/scripts\/check-publish\.ts$/);
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(scripts, path).not.toHaveProperty(name);
    }
  }
});
