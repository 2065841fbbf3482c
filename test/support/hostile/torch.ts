/** Archives and pickles in the format of torch.save, as an attacker would write them by hand. */

/** What an archive says of an entry, where it lies. */
interface Lie {
  /** Of compression: 8 is deflate. */
  readonly method?: number;
  readonly size?: number;
  /** Number of entries in the archive. */
  readonly count?: number;
}

type Entry = readonly [name: string, content: Uint8Array, lie?: Lie];

/** An archive with entries that are stored as they are, but for what it lies. */
export function zipOf(entries: readonly Entry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content, { method = 0, size = content.length } = {}] of entries) {
    const text = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x0403_4b50, 0);
    local.writeUInt16LE(text.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x0201_4b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(size, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(text.length, 28);
    central.writeUInt32LE(at, 42);
    directory.push(central, text);
    parts.push(local, text, Buffer.from(content));
    at += local.length + text.length + content.length;
  }
  const end = Buffer.alloc(22);
  const count = entries.find(([, , lie]) => lie?.count !== undefined)?.[2]?.count;
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(count ?? entries.length, 8);
  end.writeUInt16LE(count ?? entries.length, 10);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

const program = (...parts: readonly (string | number)[]) =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))),
    ),
  );

/** Pickles of protocol 2. */
export const pickled = {
  /** That calls a function with a text: GLOBAL, BINUNICODE, TUPLE1, REDUCE, STOP. */
  call: (module: string, name: string, text: string) =>
    program(0x80, 2, `c${module}\n${name}\n`, 'X', text.length, 0, 0, 0, text, 0x85, 'R.'),
  /** EMPTY_DICT, STOP. */
  dict: () => program(0x80, 2, '}.'),
  /** BININT1, STOP. */
  number: () => program(0x80, 2, 'K', 7, '.'),
};
