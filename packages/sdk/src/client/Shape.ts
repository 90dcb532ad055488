import { isAddress } from 'viem'
import type { Address } from '../model/Hex.ts'
import { InvalidConfigError } from './ConfigErrors.ts'

/**
 * Takes an unknown value as what it should be, copied, or says at which path it is not. A wallet would pay 9 kB for a schema
 * library here, where five short lists are checked.
 *
 * @throws InvalidConfigError
 */
export type Shape<value> = (given: unknown, path: string) => value

function refuse(path: string, problem: string): never {
  throw new InvalidConfigError({ path, problem })
}

/** A whole number within bounds. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (given, path) =>
    typeof given === 'number' && Number.isSafeInteger(given) && given >= min && given <= max
      ? given
      : refuse(path, `no whole number from ${min} to ${max}`)
}

export const bigint: Shape<bigint> = (given, path) => (typeof given === 'bigint' ? given : refuse(path, 'no bigint'))

export const address: Shape<Address> = (given, path) =>
  typeof given === 'string' && isAddress(given) ? given : refuse(path, 'no address')

/** A text that is not empty. */
export function text(max: number): Shape<string> {
  return (given, path) =>
    typeof given === 'string' && given.length > 0 && given.length <= max
      ? given
      : refuse(path, `no text of 1 to ${max} characters`)
}

export function literal<const value extends string>(value: value): Shape<value> {
  return (given, path) => (given === value ? value : refuse(path, `it is not "${value}"`))
}

export function optional<value>(shape: Shape<value>): Shape<value | undefined> {
  return (given, path) => (given === undefined ? undefined : shape(given, path))
}

export function list<value>(shape: Shape<value>, min = 0): Shape<readonly value[]> {
  return (given, path) => {
    if (!Array.isArray(given)) return refuse(path, 'it is no list')
    if (given.length < min) return refuse(path, `fewer than ${min}`)
    // Holes of a sparse list as well.
    return Array.from(given, (entry: unknown, index) => shape(entry, `${path}[${index}]`))
  }
}

type Fields = Readonly<Record<string, Shape<unknown>>>

/** An object with these fields and no others. */
export function object<fields extends Fields>(
  fields: fields,
): Shape<{ readonly [key in keyof fields]: ReturnType<fields[key]> }> {
  return (given, path) => {
    const source = entriesOf(given, path)
    const stray = source.find(([key]) => !Object.hasOwn(fields, key))
    if (stray !== undefined) return refuse(path, `"${stray[0]}" is unknown`)
    const values = new Map(source)
    const parsed = Object.entries(fields).map(([key, shape]) => [key, shape(values.get(key), at(path, key))])
    // One value for each field: what `fromEntries` cannot be told.
    return Object.fromEntries(parsed) as { readonly [key in keyof fields]: ReturnType<fields[key]> }
  }
}

/** An object whose keys are chain ids. */
export function byChain<value>(shape: Shape<value>): Shape<Readonly<Record<number, value>>> {
  return (given, path) =>
    Object.fromEntries(
      entriesOf(given, path).map(([key, value]) => [
        /^[1-9][0-9]*$/.test(key) ? key : refuse(at(path, key), 'no chain id'),
        shape(value, at(path, key)),
      ]),
    )
}

/** The first for numbers, the second for everything else. */
export function numberOr<value, other>(first: Shape<value>, second: Shape<other>): Shape<value | other> {
  return (given, path) => (typeof given === 'number' ? first(given, path) : second(given, path))
}

function entriesOf(given: unknown, path: string): readonly (readonly [string, unknown])[] {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
    ? Object.entries(given)
    : refuse(path, 'it is no object')
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
