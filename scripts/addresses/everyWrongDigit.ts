import { type Book, type Entry, isAddress, isList, type Value } from './Book.ts'

/** A book once for each of its addresses, in which that one has another digit. */
export function everyWrongDigit(book: Book): readonly { readonly path: string; readonly book: Book }[] {
  return Object.entries(book).flatMap(([file, module]) =>
    Object.entries(module).flatMap(([name, entry]) =>
      Object.entries(entry).flatMap(([key, value]) =>
        variants(value).map((changed) => {
          const other: Entry = { ...entry, [key]: changed }
          return { path: `${file} ${name}.${key}`, book: { ...book, [file]: { ...module, [name]: other } } }
        }),
      ),
    ),
  )
}

function variants(value: Value): readonly Value[] {
  if (typeof value === 'string') return isAddress(value) ? [wrong(value)] : []
  if (typeof value !== 'object') return []
  if (isList(value))
    return value.map((_, changed) => value.map((text, index) => (index === changed ? wrong(text) : text)))
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && isAddress(inner) ? [{ ...value, [key]: wrong(inner) }] : [],
  )
}

/** The last digit, plus one. */
function wrong(address: string): string {
  const digit = (Number.parseInt(address.slice(-1), 16) + 1) % 16
  return `${address.slice(0, -1)}${digit.toString(16)}`
}
