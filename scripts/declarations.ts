import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Members of spans, tracers and reporters that users of jaeger-client read although their names begin with `_`. */
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
/** The rest of a member: one line, or a type in braces that ends at the indentation of its first line. */
const REST = String.raw`.*(?:;\n|\{\n(?:\1[ \t]+.*\n)*\1\}.*;\n)`;
const HIDDEN_MEMBER = new RegExp(`${DOC_COMMENT}^([ \\t]+)${HIDDEN}${REST}`, 'gm');

/**
 * Removes private, protected and internal members from all declarations below `folder`. A name that begins with an
 * underscore is internal. TypeScript compares classes by all members, and private ones by declaration: with them, a
 * span of one version of spoor would not be assignable to that of another version.
 */
export function stripHiddenMembers(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.d\.c?ts$/.test(file)) continue;
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    writeFileSync(`${folder}/${file}`, text.replaceAll(HIDDEN_MEMBER, ''));
  }
}

/** Makes each entry's declarations in `to` re-export those in `from`, so that they are published once. */
export function forwardDeclarations(entries: readonly string[], from: string, to: string): void {
  for (const entry of entries) {
    const target = posix.join(posix.relative(posix.dirname(`${to}/${entry}`), from), `${entry}.js`);
    writeFileSync(`${to}/${entry}.d.ts`, `export * from '${target}';\n`);
  }
}
