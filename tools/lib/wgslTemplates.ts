/**
 * Compiles the WGSL templates of the library's build: `#if` becomes a conditional expression, comments and
 * indentation go, and with them the `wgsl` tag and its preprocessor. Line breaks stay, so that messages
 * of WGSL compilers still name a line. What the templates say is unchanged, token by token.
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
 * The module with its template literals compiled, those of errors apart: in a kernel's file all others are
 * WGSL, or names, which have nothing that could be squeezed.
 * @param id names the module in messages
 * @throws Error for a directive out of place, or a comment that holds a value
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

/** Rewrites the literal text of a template and what stands between it and the values. */
function compile(
  text: MagicString,
  { quasis }: ESTree.TemplateLiteral,
  hasDirectives: boolean,
  fail: (message: string) => never,
): void {
  /** For each open `#if`, whether its `#else` was there. */
  const open: boolean[] = [];
  let before = '`';
  // Start and end of literal text include what delimits it: back quotes, `}` and `${`.
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

/** Whether a directive stands on a line of its own: the break before it then serves for both. */
function standsAlone(parts: readonly string[], i: number): boolean {
  const line = parts[i - 1] ?? '';
  return /\n\s*$/.test(line) || (i === 1 && line.trim() === '');
}

function withoutComments(text: string): string {
  return text.replace(/[ \t]*\/\/[^\n]*(?=\n|$)/g, (comment, at) =>
    at + comment.length === text.length ? comment : '',
  );
}

/** The same tokens with as little space between them as tells them apart. */
function squeeze(text: string): string {
  return text
    .replace(/[ \t]*\n\s*/g, '\n')
    .replace(/[ \t]+/g, ' ')
    .replace(/ (?=[;:,(){}[\]])|(?<=[;:,(){}[\]]) /g, '')
    .replace(/(?<=[\w)\].]) (?=[-+*/%<>=!&|^])|(?<=[-+*/%<>=!&|^]) (?=[\w(.])/g, '');
}
