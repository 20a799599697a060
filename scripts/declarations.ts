import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

const DOC_COMMENT = String.raw`(?:^[ \t]*/\*\*(?:(?!\*/)[^])*\*/\n)?`;
const HIDDEN_MEMBER = new RegExp(
  String.raw`${DOC_COMMENT}^[ \t]+(?:private|protected|#)\b.*;\n`,
  'gm',
);

/**
 * Removes the private and protected members from all declarations below `folder`. TypeScript compares a class that has
 * any by name: a span of one version of spoor would then be no span to another version.
 */
export function stripHiddenMembers(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
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
