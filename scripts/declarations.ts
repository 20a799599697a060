import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Members of jaeger-client that users read in spite of their names: on spans, tracers and reporters. */
const READABLE = [
  '_duration',
  '_logger',
  '_logs',
  '_operationName',
  '_process',
  '_references',
  '_reporter',
  '_sampler',
  '_sender',
  '_serviceName',
  '_spanContext',
  '_startTime',
  '_tags',
];

const DOC_COMMENT = String.raw`(?:^[ \t]*/\*\*(?:(?!\*/)[^])*\*/\n)?`;
const MODIFIERS = String.raw`(?:(?:readonly|static|override|get|set|abstract) )*`;
const HIDDEN = String.raw`(?:(?:private|protected) |#|${MODIFIERS}(?!(?:${READABLE.join('|')})\b)_\w)`;
/** One line, or a type in braces that ends at the indentation at which it began. */
const REST = String.raw`.*(?:;\n|\{\n(?:\1[ \t]+.*\n)*\1\}.*;\n)`;
const HIDDEN_MEMBER = new RegExp(`${DOC_COMMENT}^([ \\t]+)${HIDDEN}${REST}`, 'gm');

/**
 * Removes private, protected and internal members from all declarations below `folder`; a name that begins with an
 * underscore is internal. TypeScript compares a class with a private member by name, and any class by all its members: a
 * span of one version of spoor would then be no span to another version.
 */
export function stripHiddenMembers(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.d\.c?ts$/.test(file)) continue;
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    writeFileSync(`${folder}/${file}`, text.replaceAll(HIDDEN_MEMBER, ''));
  }
}

/** Gives each of `entries` in `to` the declarations that it has in `from`: they are published once, not per format. */
export function forwardDeclarations(entries: readonly string[], from: string, to: string): void {
  for (const entry of entries) {
    const target = posix.join(posix.relative(posix.dirname(`${to}/${entry}`), from), `${entry}.js`);
    writeFileSync(`${to}/${entry}.d.ts`, `export * from '${target}';\n`);
  }
}
