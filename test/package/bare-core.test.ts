import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { getQuickJS } from 'quickjs-emscripten';
import { beforeAll, describe, expect, inject, test } from 'vitest';

/** Takes away what ECMAScript itself has of time and chance, and the little that V8 adds to every context. */
const bare = `
  delete globalThis.Date; delete Math.random; delete globalThis.console; delete globalThis.WebAssembly;
`;
const script = readFileSync(new URL('core-script.js', import.meta.url), 'utf8');

let bundle = '';
beforeAll(async () => {
  const result = await build({
    stdin: {
      contents: "export * from 'spoor/core';",
      resolveDir: inject('packed').spoor.consumer,
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'spoorCore',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2022',
    // Whole: what a bundler would leave out must load too.
    treeShaking: false,
    ignoreAnnotations: true,
    logLevel: 'warning',
  });
  bundle = result.outputFiles[0]?.text ?? '';
});

describe('spoor/core in one file runs with no host at all', () => {
  test('in a bare V8 context', () => {
    const context = createContext(Object.create(null) as object, {
      codeGeneration: { strings: false, wasm: false },
    });
    runInContext(bare, context);
    runInContext(bundle, context, { filename: 'spoor-core.js' });
    expect(runInContext(script, context, { filename: 'core-script.js' })).toBe('done');
  });

  test('in QuickJS', async () => {
    const quickjs = (await getQuickJS()).newContext();
    try {
      const evaluate = (code: string): unknown => {
        const result = quickjs.evalCode(code);
        const value: unknown = quickjs.dump(result.error ?? result.value);
        result.dispose();
        if (result.error) throw new Error(JSON.stringify(value));
        return value;
      };
      evaluate(bare);
      evaluate(bundle);
      expect(evaluate(script)).toBe('done');
    } finally {
      quickjs.dispose();
    }
  });
});
