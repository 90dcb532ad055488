import { isAddress } from 'viem'
import type { Address } from '../model/Hex.ts'
import { InvalidConfigError } from './ConfigErrors.ts'

/**
 * What a part of a configuration has to be: copies it, or throws an InvalidConfigError with its place. By hand, because a schema library
 * would be an eighth of what a client weighs.
 */
export type Shape<value> = (value: unknown, path: string) => value

function refuse(path: string, problem: string): never {
  throw new InvalidConfigError({ path, problem })
}

/** A whole number, from `least` to `most`. */
export function int(least: number, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : refuse(path, `it is no whole number from ${least} to ${most}`)
}

export const bigint: Shape<bigint> = (value, path) =>
  typeof value === 'bigint' ? value : refuse(path, 'it is no bigint')

/** 1 to 100 characters. */
export const label: Shape<string> = (value, path) =>
  typeof value === 'string' && value.length > 0 && value.length <= 100
    ? value
    : refuse(path, 'it is no text of 1 to 100 characters')

export const address: Shape<Address> = (value, path) =>
  typeof value === 'string' && isAddress(value) ? value : refuse(path, 'it is no address')

export function literal<const value extends string>(expected: value): Shape<value> {
  return (value, path) => (value === expected ? expected : refuse(path, `it is not '${expected}'`))
}

export function optional<value>(shape: Shape<value>): Shape<value | undefined> {
  return (value, path) => (value === undefined ? undefined : shape(value, path))
}

export function list<value>(shape: Shape<value>, least = 0): Shape<readonly value[]> {
  return (value, path) => {
    if (!Array.isArray(value)) refuse(path, 'it is no list')
    if (value.length < least) refuse(path, `there are fewer than ${least}`)
    // A hole is `undefined` to this, and is refused like it.
    return Array.from(value, (item, index) => shape(item, `${path}[${index}]`))
  }
}

/** These fields and no others. */
export function record<fields extends Readonly<Record<string, Shape<unknown>>>>(
  fields: fields,
): Shape<{ readonly [name in keyof fields]: ReturnType<fields[name]> }> {
  return (value, path) => {
    const given = entriesOf(value, path)
    const foreign = given.find(([name]) => !Object.hasOwn(fields, name))
    if (foreign !== undefined) refuse(path, `nothing is known of '${foreign[0]}'`)
    const of = new Map(given)
    const checked = Object.entries(fields).map(
      ([name, shape]) => [name, shape(of.get(name), `${path}.${name}`)] as const,
    )
    const kept = checked.filter(([, checkedValue]) => checkedValue !== undefined)
    return Object.fromEntries(kept) as { readonly [name in keyof fields]: ReturnType<fields[name]> }
  }
}

/** The same of each, by chain id. */
export function byChain<value>(shape: Shape<value>): Shape<Readonly<Record<number, value>>> {
  return (value, path) =>
    Object.fromEntries(
      entriesOf(value, path).map(([chainId, item]) => {
        if (!/^[1-9][0-9]*$/.test(chainId)) refuse(path, `'${chainId}' is no chain id`)
        return [chainId, shape(item, `${path}.${chainId}`)]
      }),
    )
}

/** By what `kind` says, one of these. */
export function either<value>(shapes: Readonly<Record<string, Shape<value>>>): Shape<value> {
  return (value, path) => {
    const kind = new Map(entriesOf(value, path)).get('kind')
    const shape = Object.entries(shapes).find(([name]) => name === kind)?.[1]
    return shape?.(value, path) ?? refuse(`${path}.kind`, `it is none of ${Object.keys(shapes).join(', ')}`)
  }
}

function entriesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  // No map, date or list either: nothing of what is in it would be seen.
  if (Object.prototype.toString.call(value) !== '[object Object]') refuse(path, 'it is no object')
  return Object.entries(Object(value))
}
