/**
 * A build plugin that marks initialisers at module level as pure, so that an app's bundler drops
 * every constant that the app does not use, even if many modules are in one file. Calls get a PURE
 * annotation; other expressions are wrapped in a pure call. This holds for this library, whose
 * package.json says so in `sideEffects`; module-level statements other than declarations are
 * errors.
 */
import MagicString from 'magic-string';
import type { ESTree, Plugin } from 'vite';

type Statement = ESTree.Program['body'][number];
type Expression = ESTree.Expression;

const PURE = '/* @__PURE__ */ ';

/** The plugin. @param isOwn whether a module belongs to the library */
export function pureInitialisers(isOwn: (id: string) => boolean): Plugin {
  return {
    name: 'pure-initialisers',
    transform: {
      // Runs after types have been removed.
      order: 'post',
      handler(code, id) {
        if (!isOwn(id)) return null;
        const edited = new MagicString(code);
        for (const statement of this.parse(code).body) markStatement(edited, statement, id);
        return { code: edited.toString(), map: edited.generateMap({ hires: true }) };
      },
    },
  };
}

function markStatement(edited: MagicString, statement: Statement, id: string): void {
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return;
    case 'ExportNamedDeclaration':
      if (statement.declaration !== null) markStatement(edited, statement.declaration, id);
      return;
    case 'VariableDeclaration':
      for (const { init } of statement.declarations) if (init) markExpression(edited, init);
      return;
    default:
      throw new Error(
        `${id}: a ${statement.type} runs while the module loads, but the package promises ` +
          'in `sideEffects` that none does; move it into a function',
      );
  }
}

function markExpression(edited: MagicString, expression: Expression): void {
  if (isInert(expression)) return;
  const isCall = expression.type === 'CallExpression' || expression.type === 'NewExpression';
  const isPlainCall =
    isCall && expression.callee.type === 'Identifier' && expression.arguments.every(isInert);
  if (isPlainCall) {
    edited.prependLeft(expression.start, PURE);
  } else {
    edited.prependLeft(expression.start, `${PURE}(() => (`);
    edited.appendRight(expression.end, '))()');
  }
}

/** Whether all bundlers recognise the expression as pure. */
function isInert(node: Expression | ESTree.SpreadElement | null): boolean {
  switch (node?.type) {
    case undefined:
    case 'Literal':
    case 'Identifier':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'UnaryExpression':
      return node.argument.type === 'Literal';
    case 'ArrayExpression':
      return node.elements.every(isInert);
    case 'ObjectExpression':
      return node.properties.every(
        (property) => property.type === 'Property' && !property.computed && isInert(property.value),
      );
    default:
      return false;
  }
}
