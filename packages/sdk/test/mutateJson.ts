/** Where to change a value, and into what: numbers that a property draws. */
export type Mutation = { readonly place: number; readonly kind: number; readonly digit: number }

type Path = readonly (string | number)[]

/** Changes one leaf of a JSON value, or takes it out; the same mutation always does the same. */
export function mutateJson(value: unknown, { place, kind, digit }: Mutation): unknown {
  const paths = [...pathsOf(value, [])]
  const path = paths[place % paths.length] ?? []
  return replaced(value, path, (leaf) => changed(leaf, kind, digit))
}

function* pathsOf(value: unknown, path: Path): Generator<Path> {
  if (typeof value !== 'object' || value === null) return yield path
  const entries = Object.entries(value)
  if (entries.length === 0) yield path
  for (const [key, entry] of entries) yield* pathsOf(entry, [...path, Array.isArray(value) ? Number(key) : key])
}

function replaced(value: unknown, path: Path, change: (leaf: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change(value)
  const inner = replaced(Reflect.get(Object(value), key), rest, change)
  if (Array.isArray(value)) return value.map((entry, index) => (index === key ? inner : entry))
  const copy = { ...Object(value), [key]: inner }
  if (inner === undefined) delete copy[key]
  return copy
}

const STRANGE: readonly unknown[] = [
  ...[null, undefined, true, 0, -1, 1e21, '', '0x', '0xzz', '123', '-0x1', `0x${'f'.repeat(80)}`, '0x123', [], {}],
  ...[[null], { data: '0x01' }, JSON.parse('{"__proto__":{"hash":"0x1"}}'), '\u001b[31m\u202e', 'x'.repeat(10_000)],
]

function changed(leaf: unknown, kind: number, digit: number): unknown {
  if (kind < STRANGE.length) return STRANGE[kind]
  if (typeof leaf !== 'string' || leaf.length < 3) return leaf === '0x' ? '0x01' : `${String(leaf)}1`
  // One digit of a number or of bytes: the lie that no check of form can see.
  const at = 2 + (digit % (leaf.length - 2))
  const old = Number.parseInt(leaf.charAt(at), 16)
  if (kind === STRANGE.length) return leaf.slice(0, at)
  return leaf.slice(0, at) + ((old + 1 + (digit % 15)) % 16).toString(16) + leaf.slice(at + 1)
}

/** How many kinds of changes there are; the later half are wrong digits. */
export const MUTATION_KINDS = 2 * STRANGE.length
