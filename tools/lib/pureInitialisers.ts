/**
 * A build plugin that marks what modules compute while they load as free of side effects: in
 * `const x = f(y)` the call, and any other expression as a call of a function. An app's bundler then leaves out
 * each constant that the app does not use, also where many modules lie in one file. True of this library,
 * whose package.json says `sideEffects: false`: a statement other than a declaration is refused.
 */
import MagicString from 'magic-string';
import type { ESTree, Plugin } from 'vite';

type Statement = ESTree.Program['body'][number];
type Expression = ESTree.Expression;

const PURE = '/* @__PURE__ */ ';

/** @param isOwn whether a module is the library's */
export function pureInitialisers(isOwn: (id: string) => boolean): Plugin {
  return {
    name: 'pure-initialisers',
    transform: {
      // Types are gone by then.
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
          '`sideEffects: false`; move it into a function',
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

/** Whether every bundler sees that evaluating it does nothing. */
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
