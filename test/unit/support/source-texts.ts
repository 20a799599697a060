import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** In a text of the sources: an expression, `${...}`. */
const EXPRESSION = '\u0001';
/** In a text of a page: a placeholder. */
const PLACEHOLDER = '\u0002';

/** The texts of source files. Each `${...}` is one character, `EXPRESSION`. */
export interface SourceTexts {
  /** Every string of the sources. */
  readonly all: readonly string[];
  /** Strings with a space in the arguments of the calls that log, and of errors' constructors. */
  readonly reported: readonly string[];
}

/**
 * Collects the strings of the TypeScript files below `folders`. `calls` are the names of functions and methods whose
 * arguments are logged; an error is any class whose name ends in `Error`.
 */
export function sourceTexts(folders: readonly string[], calls: readonly string[]): SourceTexts {
  const all = new Set<string>();
  const reported = new Set<string>();
  const visit = (node: ts.Node): void => {
    const text = textOf(node)?.trim();
    if (text !== undefined) all.add(text);
    const args = reportedArguments(node, calls);
    for (const each of args.flatMap(textsIn)) if (each.includes(' ')) reported.add(each.trim());
    ts.forEachChild(node, visit);
  };
  for (const path of folders.flatMap(sourceFiles)) {
    visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  }
  return { all: [...all], reported: [...reported] };
}

/** The texts of a page: the code in the first column of each table whose first heading is `text`. */
export function pageTexts(markdown: string): string[] {
  const tables = markdown.split('\n\n').filter((block) => block.trimStart().startsWith('| text |'));
  return tables
    .flatMap((table) => table.split('\n').slice(2))
    .map((row) => /^\| `([^`]+)` \|/.exec(row)?.[1])
    .filter((text) => text !== undefined);
}

/** The texts of a page that no source can produce. */
export function unknownTexts(page: readonly string[], { all }: SourceTexts): string[] {
  const sources = all.filter(hasWords).map((text) => ({
    text,
    whole: new RegExp(`^${patternOf(text).source}$`, 's'),
  }));
  return page.filter((text) => !isProducedBy(withPlaceholders(text), sources));
}

/** The reported texts of the sources that are part of no text of a page. */
export function unlistedTexts(page: readonly string[], { reported }: SourceTexts): string[] {
  const listed = page.map(withPlaceholders);
  return reported.filter((text) => {
    const pattern = patternOf(text);
    return hasWords(text) && !listed.some((each) => pattern.test(each));
  });
}

/** A text of the sources, and the texts that it can become. */
interface Source {
  readonly text: string;
  readonly whole: RegExp;
}

/**
 * Whether one of `sources` is `text` as a whole. What stands in place of an expression must be a placeholder, one word,
 * or again a text of the sources.
 */
function isProducedBy(text: string, sources: readonly Source[]): boolean {
  return sources.some(({ whole }) => {
    const match = whole.exec(text);
    return match !== null && match.slice(1).every((part) => isPart(part, text, sources));
  });
}

function isPart(part: string, whole: string, sources: readonly Source[]): boolean {
  if (part === whole) return false;
  if (!part.includes(' ')) return true;
  const pattern = new RegExp(`^${escaped(part).replaceAll(PLACEHOLDER, '.+')}$`, 's');
  return sources.some((source) => pattern.test(source.text)) || isProducedBy(part, sources);
}

function patternOf(text: string): RegExp {
  return new RegExp(escaped(text).replaceAll(EXPRESSION, '(.*?)'), 's');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function hasWords(text: string): boolean {
  return /[a-z]{2}/i.test(text);
}

function withPlaceholders(text: string): string {
  return text
    .replaceAll('host:port', `${PLACEHOLDER}:${PLACEHOLDER}`)
    .replaceAll(/\b(?:[A-Z]|NAME)\b/g, PLACEHOLDER);
}

function reportedArguments(node: ts.Node, calls: readonly string[]): readonly ts.Expression[] {
  if (ts.isNewExpression(node)) {
    return nameOf(node.expression)?.endsWith('Error') ? [...(node.arguments ?? [])] : [];
  }
  if (!ts.isCallExpression(node)) return [];
  const name = nameOf(node.expression);
  return name !== undefined && calls.includes(name) ? node.arguments : [];
}

function nameOf(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

/** The texts that an argument may be. */
function textsIn(node: ts.Expression): string[] {
  if (ts.isConditionalExpression(node)) {
    return [...textsIn(node.whenTrue), ...textsIn(node.whenFalse)];
  }
  const text = textOf(node);
  return text === undefined ? [] : [text];
}

/** A string, a template, or a sum of such; undefined for any other node. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return (
      node.head.text + node.templateSpans.map((span) => EXPRESSION + span.literal.text).join('')
    );
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
    return undefined;
  }
  const [left, right] = [textOf(node.left), textOf(node.right)];
  if (left === undefined && right === undefined) return undefined;
  return (left ?? EXPRESSION) + (right ?? EXPRESSION);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => `${folder}/${path}`);
}
