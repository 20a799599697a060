import { join } from 'node:path';
import ts from 'typescript';
import { expect, inject, test } from 'vitest';
import { entries, installed } from './entry-names.js';

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  types: [],
};

/** The declarations of one package, and which of its types each entry leaves without a name. */
class Declarations {
  private readonly program: ts.Program;
  private readonly checker: ts.TypeChecker;
  private readonly folder: string;

  constructor(folder: string, files: readonly string[]) {
    this.folder = folder;
    this.program = ts.createProgram([...files], options);
    this.checker = this.program.getTypeChecker();
  }

  exportsOf(file: string): Set<ts.Symbol> {
    const source = this.program.getSourceFile(file)!;
    const module = this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    return new Set(this.checker.getExportsOfModule(module).map((symbol) => this.target(symbol)));
  }

  /** Names of this package's types that declarations of `exported` use and that are not in `nameable`. */
  nameless(exported: ReadonlySet<ts.Symbol>, nameable: ReadonlySet<ts.Symbol>): string[] {
    const found = new Set<ts.Symbol>();
    const bases = new Set<ts.Symbol>();
    const visited = new Set<ts.Symbol>();
    const visitSymbol = (symbol: ts.Symbol, isBase: boolean): void => {
      if (visited.has(symbol)) return;
      visited.add(symbol);
      for (const declaration of symbol.declarations ?? []) {
        if (!declaration.getSourceFile().fileName.startsWith(this.folder)) continue;
        ts.forEachChild(declaration, (member) => {
          // A subclass that is exported has a constructor of its own.
          if (!isBase || !ts.isConstructorDeclaration(member)) visit(member);
        });
      }
    };
    const visit = (node: ts.Node, inHeritage: boolean = false): void => {
      if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
        const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
        const symbol = this.checker.getSymbolAtLocation(name);
        if (symbol !== undefined) use(this.target(symbol), inHeritage);
      }
      const isHeritage = inHeritage || ts.isHeritageClause(node);
      ts.forEachChild(node, (child) => visit(child, isHeritage));
    };
    const use = (symbol: ts.Symbol, isBase: boolean): void => {
      const declaration = symbol.declarations?.[0];
      if (declaration === undefined || ts.isTypeParameterDeclaration(declaration)) return;
      if (!declaration.getSourceFile().fileName.startsWith(this.folder)) return;
      // A base is seen through what extends it: its members count, its name does not.
      if (isBase) bases.add(symbol);
      else if (!nameable.has(symbol)) found.add(symbol);
      visitSymbol(symbol, isBase);
    };
    for (const symbol of exported) visitSymbol(symbol, false);
    return [...found]
      .filter((symbol) => !bases.has(symbol))
      .map(({ name }) => name)
      .sort();
  }

  private target(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

test('spoor: each type that a public declaration uses can be imported', () => {
  const fileOf = (required: string): string =>
    join(installed(), required).replace(/\.js$/, '.d.ts');
  const files = entries().map((entry) => fileOf(entry.require));
  const declarations = new Declarations(installed(), files);
  const main = declarations.exportsOf(fileOf('./dist/src/names.js'));
  for (const { subpath, require: file } of entries()) {
    const own = subpath === '.' ? main : declarations.exportsOf(fileOf(file));
    // What is in `spoor` already need not be in spoor/grpc too; spoor/core stands alone.
    const nameable = subpath === './core' ? own : new Set([...own, ...main]);
    expect
      .soft(declarations.nameless(own, nameable).join('\n'), `spoor${subpath.slice(1)}`)
      .toBe('');
  }
});

test('spoor-all-in-one: each type that a public declaration uses can be imported', () => {
  const folder = join(inject('packed').allInOne.consumer, 'node_modules/spoor-all-in-one');
  const file = join(folder, 'dist/index.d.cts');
  const declarations = new Declarations(folder, [file]);
  const own = declarations.exportsOf(file);
  expect(declarations.nameless(own, own).join('\n')).toBe('');
});
