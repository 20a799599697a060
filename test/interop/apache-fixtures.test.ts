import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const fixtures = fileURLToPath(new URL('../fixtures/apache/', import.meta.url));

test('test/fixtures/apache/generated is what the compiler makes of idl/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-thrift-'));
  try {
    execFileSync(join(fixtures, 'regenerate'), [folder]);
    const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
    expect(files).toEqual(['Agent.js', 'agent_types.js', 'jaeger_types.js']);
    for (const file of files) {
      expect(withoutVersion(join(folder, file)), `run ${fixtures}regenerate`).toBe(
        withoutVersion(join(fixtures, 'generated', file)),
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The compiler writes its own version into a comment. */
function withoutVersion(path: string): string {
  return readFileSync(path, 'utf8').replace(/Thrift Compiler \([\d.]+\)/, 'Thrift Compiler');
}
