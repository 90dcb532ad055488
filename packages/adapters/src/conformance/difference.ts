import type { Quantity, ReadFailure, Unknown } from '@unimargin/sdk'

type Plain = Readonly<Record<string, unknown>>

/** What two values differ in, in words, or `undefined`; a property that is `undefined` is as good as none. */
export function difference(a: unknown, b: unknown, path = ''): string | undefined {
  return compare(a, b, path, () => false)
}

/** Likewise, but why something is unknown does not matter. */
export function differenceButReasons(a: unknown, b: unknown, path = ''): string | undefined {
  return compare(a, b, path, (x, y) => (isUnknown(x) && isUnknown(y)) || (isFailure(x) && isFailure(y)))
}

/** Likewise, but `b` may know less: where it says unknown, or leaves a side fact of a leg out, anything goes. */
export function differenceButUnknown(a: unknown, b: unknown, path = ''): string | undefined {
  return compare(a, b, path, (_, y) => isUnknown(y), [
    'flags',
    'details',
    'exactPrice',
    'shares',
    'oracle',
    'firstSupplies',
  ])
}

export function isUnknown(value: unknown): value is Unknown {
  return isPlain(value) && value.status === 'unknown' && Array.isArray(value.issues)
}

/** A read that brought nothing, for whatever reason. */
function isFailure(value: unknown): boolean {
  return isPlain(value) && FAILED.includes(value.status)
}

const FAILED: readonly unknown[] = ['reverted', 'unavailable', 'disputed'] satisfies readonly ReadFailure['status'][]

/** Whether something in there is unknown. */
export function holdsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true
  if (Array.isArray(value)) return value.some(holdsUnknown)
  return isPlain(value) && Object.values(value).some(holdsUnknown)
}

/** A value for people: short, and `bigint` as digits. */
export function shown(value: unknown): string {
  const text =
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item)) ?? String(value)
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

export function quantityText(quantity: Quantity | undefined): string {
  return isUnknown(quantity) ? `unknown (${quantity.issues.map(({ reason }) => reason).join('; ')})` : `${quantity}`
}

function compare(
  a: unknown,
  b: unknown,
  path: string,
  isExcused: (a: unknown, b: unknown) => boolean,
  ignored: readonly string[] = [],
): string | undefined {
  if (Object.is(a, b) || isExcused(a, b)) return undefined
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [index, item] of a.entries()) {
      const found = compare(item, b[index], `${path}[${index}]`, isExcused, ignored)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isPlain(a) && isPlain(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (ignored.includes(key)) continue
      const found = compare(a[key], b[key], path === '' ? key : `${path}.${key}`, isExcused, ignored)
      if (found !== undefined) return found
    }
    return undefined
  }
  return `${path || 'it'} is ${shown(b)}, not ${shown(a)}`
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
