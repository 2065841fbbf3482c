/**
 * Compiles the WGSL templates for the library's build: `#if` becomes a conditional expression, and
 * comments, indentation, line breaks that separate nothing and the `wgsl` tag with its preprocessor
 * are removed. The tokens of the templates do not change.
 */
import MagicString from 'magic-string';
import { type ESTree, type Plugin, parseSync, Visitor } from 'vite';

const TAG = 'wgsl';

/** Compiles the templates of all kernels. */
export const wgslTemplates: Plugin = {
  name: 'wgsl-templates',
  enforce: 'pre',
  transform: {
    filter: { id: /\/shaders\/[^?]*\.ts$/ },
    handler: (code, id) => compileTemplates(code, id),
  },
};

/**
 * Compiles the template literals of a module, except those of errors: all others in a kernel's file
 * are WGSL, or names without white space.
 * @param id names the module in messages
 * @throws Error for a misplaced directive, or a comment that contains a value
 */
export function compileTemplates(code: string, id: string) {
  const { program } = parseSync(id, code, { lang: 'ts' });
  const text = new MagicString(code);
  const tagged = new Set<number>();
  let errors = 0;
  const fail = (message: string): never => {
    throw new Error(`${id}: ${message}`);
  };
  new Visitor({
    NewExpression: (made) => {
      if (isError(made)) errors++;
    },
    'NewExpression:exit': (made) => {
      if (isError(made)) errors--;
    },
    TaggedTemplateExpression: ({ tag, quasi }) => {
      if (tag.type !== 'Identifier' || tag.name !== TAG) return;
      text.remove(tag.start, quasi.start);
      tagged.add(quasi.start);
    },
    TemplateLiteral: (template) => {
      if (errors === 0) compile(text, template, tagged.has(template.start), fail);
    },
  }).visit(program);
  return { code: text.toString(), map: text.generateMap({ hires: 'boundary' }) };
}

function isError({ callee }: ESTree.NewExpression): boolean {
  return callee.type === 'Identifier' && callee.name.endsWith('Error');
}

/** Rewrites the literal text of a template, and the delimiters of its values. */
function compile(
  text: MagicString,
  { quasis }: ESTree.TemplateLiteral,
  hasDirectives: boolean,
  fail: (message: string) => never,
): void {
  /** For each open `#if`, whether its `#else` has occurred. */
  const open: boolean[] = [];
  let before = '`';
  // Positions of literal text include its delimiters: back quotes, `}` and `${`.
  for (const { start, end, tail, value } of quasis) {
    const bare = withoutComments(value.raw);
    if (!tail && /\/\/[^\n]*$/.test(bare)) fail(`a comment holds a value: ${value.raw}`);
    const parts = hasDirectives ? bare.split(/(#\S*)/) : [bare];
    let after = tail ? '`' : '${';
    let next = tail ? '' : '}';
    const compiled = parts.map((part, i) => {
      if (i % 2 === 0) return squeeze(i > 0 && standsAlone(parts, i - 1) ? part.trimStart() : part);
      const isLast = i === parts.length - 2 && parts[i + 1]?.trim() === '' && !tail;
      switch (part) {
        case '#if':
          if (!isLast) fail(`${part} needs a value`);
          open.push(false);
          [after, next] = ['${(', ') ? `'];
          return '';
        case '#elif':
          if (!isLast || open.at(-1) !== false) fail(`${part} is out of place`);
          [after, next] = ['` : (', ') ? `'];
          return '';
        case '#else':
          if (open.pop() !== false) fail(`${part} is out of place`);
          open.push(true);
          return '` : `';
        case '#endif': {
          const hasElse = open.pop();
          if (hasElse === undefined) fail(`${part} is out of place`);
          return hasElse === true ? '`}' : "` : ''}";
        }
        default:
          return fail(`unknown directive ${part}`);
      }
    });
    text.overwrite(start, end, `${before}${compiled.join('')}${after}`);
    before = next;
  }
  if (open.length > 0) fail('#if without #endif');
}

/**
 * Whether a directive is alone on its line, so that one of the line breaks around it can be
 * removed.
 */
function standsAlone(parts: readonly string[], i: number): boolean {
  const line = parts[i - 1] ?? '';
  return /\n\s*$/.test(line) || (i === 1 && line.trim() === '');
}

function withoutComments(text: string): string {
  return text.replace(/[ \t]*\/\/[^\n]*(?=\n|$)/g, (comment, at) =>
    at + comment.length === text.length ? comment : '',
  );
}

/** Removes comments and unnecessary white space between tokens. */
function squeeze(text: string): string {
  return text
    .replace(/[ \t]*\n\s*/g, '\n')
    .replace(/(?<=[;,(){}[\]])\n|\n(?=[;,(){}[\]])/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/ (?=[;:,(){}[\]])|(?<=[;:,(){}[\]]) /g, '')
    .replace(/(?<=[\w)\].]) (?=[-+*/%<>=!&|^])|(?<=[-+*/%<>=!&|^]) (?=[\w(.])/g, '');
}
