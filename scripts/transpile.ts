import { posix } from 'node:path';
import { Script } from 'node:vm';
import ts from 'typescript';
import { vendored } from './vendor.js';

/** What both builds share. The language level is that of the oldest Node.js we support. */
const common: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  isolatedModules: true,
  strict: true,
};

export function toEsm(path: string, source: string): string {
  const options = { ...common, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true };
  return transpile(path, source, options);
}

export function toCommonJs(path: string, source: string): string {
  const options = { ...common, module: ts.ModuleKind.CommonJS, esModuleInterop: true };
  const text = requireVendored(path, plainReExports(path, transpile(path, source, options)));
  if (text.includes('__importDefault(require("opentracing"))')) {
    throw new Error(
      `src/${path}: opentracing has no default export in CommonJS; use names or "import * as"`,
    );
  }
  // Finds what CommonJS has no word for: import.meta and a top-level await.
  new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: path,
  });
  return text;
}

export function toDeclaration(path: string, source: string): string {
  const compilerOptions = { ...common, declaration: true, isolatedDeclarations: true };
  const { outputText, diagnostics } = ts.transpileDeclaration(source, {
    compilerOptions,
    fileName: path,
    reportDiagnostics: true,
  });
  refuse(path, diagnostics);
  return outputText;
}

function transpile(path: string, source: string, compilerOptions: ts.CompilerOptions): string {
  const result = ts.transpileModule(source, {
    compilerOptions,
    fileName: path,
    reportDiagnostics: true,
  });
  refuse(path, result.diagnostics);
  return result.outputText;
}

function refuse(path: string, diagnostics: readonly ts.Diagnostic[] | undefined): void {
  const first = diagnostics?.[0];
  if (first === undefined) return;
  const line = first.file?.getLineAndCharacterOfPosition(first.start ?? 0).line ?? 0;
  const message = ts.flattenDiagnosticMessageText(first.messageText, '\n');
  throw new Error(`src/${path}:${line + 1}: ${message}`);
}

const getter =
  /Object\.defineProperty\(exports, ("[^"]+"), \{ enumerable: true, get: function \(\) \{ return ([^;]+); \} \}\);/g;

/**
 * TypeScript re-exports through getters, which no test framework can stub and no application can patch, as both do with
 * jaeger-client. Without import cycles (the linter sees to that) a plain assignment says the same.
 */
function plainReExports(path: string, text: string): string {
  if (text.includes('__exportStar('))
    throw new Error(`src/${path}: name what you export; "export *" makes getters in CommonJS`);
  return text
    .replace(getter, (_, name: string, value: string) => `exports[${name}] = ${value};`)
    .replaceAll(/exports\["([\w$]+)"\] =/g, 'exports.$1 =');
}

/** An ES-only package cannot be require()d on every Node.js that we support: CommonJS gets our bundled copy. */
function requireVendored(path: string, text: string): string {
  return text.replaceAll(/require\("([^"]+)"\)/g, (call, name: string) => {
    if (!vendored.includes(name)) return call;
    const target = posix.relative(posix.dirname(path), `vendor/${name}.js`);
    return `require("${target.startsWith('.') ? target : `./${target}`}")`;
  });
}
