/**
 * What the packed declarations say of the public names: which types a signature names that nobody can import,
 * and which names have no description to hover over. Reads .d.ts files alone.
 */
import ts from 'typescript-5.7';

export interface PublicNames {
  /** 'qkv: Translator' and so on. */
  readonly names: readonly string[];
  /**
   * Types of signatures that no entry exports, as lines to add to the first entry that names them:
   * "qkv/graph: export type { Node } from 'src/graph/node'; // Tensor".
   */
  readonly unexported: readonly string[];
  /** Names, and members of `ops`, without a description. */
  readonly undocumented: readonly string[];
  /** Names that two entries export. */
  readonly twice: readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
};

/** @param entries specifier -> path of its .d.ts; @param folder where the package lies */
export function publicNames(entries: ReadonlyMap<string, string>, folder: string): PublicNames {
  const program = ts.createProgram([...entries.values()], OPTIONS);
  const checker = program.getTypeChecker();
  const target = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isOwn = (symbol: ts.Symbol) =>
    symbol.declarations?.some((one) => one.getSourceFile().fileName.startsWith(folder)) === true;
  const exported = new Map<ts.Symbol, { readonly name: string; readonly entry: string }[]>();
  for (const [entry, file] of entries) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    for (const symbol of checker.getExportsOfModule(module)) {
      const key = target(symbol);
      exported.set(key, [...(exported.get(key) ?? []), { name: symbol.name, entry }]);
    }
  }
  const unexported = new Map<ts.Symbol, string>();
  const undocumented = new Set<string>();
  const isDescribed = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length > 0;
  for (const [symbol, [first]] of exported) {
    const { name, entry } = first!;
    if (!isDescribed(symbol)) undocumented.add(`${entry}: ${name}`);
    for (const declaration of symbol.declarations ?? []) {
      for (const named of namedTypes(declaration, checker).map(target)) {
        if (!isOwn(named) || exported.has(named) || unexported.has(named)) continue;
        const file = named.declarations?.[0]?.getSourceFile().fileName ?? '';
        const module = file.replace(/^.*\/types\//, '').replace(/\.d\.ts$/, '');
        unexported.set(
          named,
          `${entry}: export type { ${named.name} } from '${module}'; // ${name}`,
        );
      }
    }
    if (name !== 'ops') continue;
    for (const op of checker.getTypeOfSymbol(symbol).getProperties()) {
      const { symbol: own } = checker.getTypeOfSymbol(op);
      if (!isDescribed(op) && !isDescribed(own)) undocumented.add(`${entry}: ops.${op.name}`);
    }
  }
  const all = [...exported.values()];
  return {
    names: all.flatMap((uses) => uses.map(({ name, entry }) => `${entry}: ${name}`)).sort(),
    unexported: [...unexported.values()].sort(),
    undocumented: [...undocumented].sort(),
    twice: all
      .filter((uses) => uses.length > 1)
      .map((uses) => uses.map(({ name, entry }) => `${entry}: ${name}`).join(', ')),
  };
}

/** Symbols of the types that a declaration names; type parameters and what is private apart. */
function namedTypes(declaration: ts.Node, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const add = (node: ts.Node) => {
    const symbol = checker.getSymbolAtLocation(node);
    if (symbol && !(symbol.flags & ts.SymbolFlags.TypeParameter)) found.push(symbol);
  };
  const visit = (node: ts.Node): void => {
    if (ts.canHaveModifiers(node)) {
      const modifiers = ts.getModifiers(node) ?? [];
      if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)) return;
    }
    if (ts.isTypeReferenceNode(node)) add(lastName(node.typeName));
    else if (ts.isExpressionWithTypeArguments(node)) add(node.expression);
    // What `typeof` asks for is a value, whose type need not have a name.
    else if (ts.isTypeQueryNode(node)) return;
    else if (ts.isImportTypeNode(node) && node.qualifier) add(lastName(node.qualifier));
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

function lastName(name: ts.EntityName): ts.Node {
  return ts.isQualifiedName(name) ? name.right : name;
}
