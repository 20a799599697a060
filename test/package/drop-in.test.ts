import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { packFolder } from '../../scripts/pack.js';
import { packRelease, write } from './release.js';
import { npmInstall, run } from './run.js';

async function packDependent(scratch: string): Promise<string> {
  const folder = join(scratch, 'dependent');
  mkdirSync(folder);
  write(join(folder, 'package.json'), {
    name: 'dependent',
    version: '1.0.0',
    main: 'index.js',
    dependencies: { 'jaeger-client': '^3.15.0' },
  });
  write(join(folder, 'index.js'), "module.exports = require('jaeger-client');\n");
  return packFolder(folder, scratch);
}

test('installed as jaeger-client, it is the one copy that dependents of jaeger-client ^3.15 get', async () => {
  const scratch = join(inject('packed').scratch, 'drop-in');
  const app = join(scratch, 'app');
  mkdirSync(app, { recursive: true });
  write(join(app, 'package.json'), {
    name: 'app',
    dependencies: {
      // npm records this as jaeger-client@npm:spoor, as it does for the alias of a registry.
      'jaeger-client': `file:${await packRelease('3.20.0')}`,
      dependent: `file:${await packDependent(scratch)}`,
    },
  });
  await npmInstall(app);

  const copies = (await run('npm', ['ls', 'jaeger-client', '--all', '--parseable'], app)).match(
    /jaeger-client$/gm,
  );
  expect(copies).toHaveLength(1);
  expect(await run('npm', ['ls', 'jaeger-client', '--all'], app)).toContain(
    'jaeger-client@npm:spoor@3.20.0 deduped',
  );
  const program = `
    const assert = require('node:assert/strict');
    assert.equal(require('jaeger-client/package.json').name, 'spoor');
    assert.equal(require('dependent'), require('jaeger-client'));
    assert.ok(require('jaeger-client/core'));
    assert.ok(require('jaeger-client/dist/src/index'));
    import('jaeger-client').then((esm) => assert.deepEqual(Object.keys(esm.default).sort(), Object.keys(esm).filter((name) => name !== 'default').sort()));
  `;
  await run(process.execPath, ['-e', program], app);
});
