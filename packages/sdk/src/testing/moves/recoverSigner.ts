import { getAddress, keccak256, numberToHex, slice, toHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'

/** The curve secp256k1: y² = x³ + 7 over the field of `P`, with a generator of order `N`. */
const P = 2n ** 256n - 2n ** 32n - 977n
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const G: Point = [
  0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  1n,
]
/** Jacobian coordinates: `x / z²` and `y / z³`; infinity where `z` is zero. */
type Point = readonly [x: bigint, y: bigint, z: bigint]
const INFINITY: Point = [0n, 1n, 0n]

/**
 * The address that signed a hash, as `ecrecover` finds it; `undefined` where there is none. A mocked contract answers at
 * once, and viem's own recovery does not: it loads its curve when it is first needed. For tests only, since it takes care of
 * nothing that a secret needs.
 *
 * @example
 * import { recoverSigner } from '@unimargin/sdk/testing'
 *
 * export function isSignedBy(owner: string, hash: `0x${string}`, v: number, r: `0x${string}`, s: `0x${string}`): boolean {
 *   return recoverSigner(hash, { v, r, s }) === owner
 * }
 */
export function recoverSigner(
  hash: Hex,
  { v, r, s }: { readonly v: number; readonly r: Hex; readonly s: Hex },
): Address | undefined {
  const [rValue, sValue] = [BigInt(r), BigInt(s)]
  if ((v !== 27 && v !== 28) || rValue === 0n || rValue >= N || sValue === 0n || sValue >= N) return undefined
  const cube = (rValue ** 3n + 7n) % P
  const root = power(cube, (P + 1n) / 4n, P)
  if ((root * root) % P !== cube) return undefined
  const y = Number(root & 1n) === v - 27 ? root : P - root
  const inverse = power(rValue, N - 2n, N)
  const ofHash = (((-BigInt(hash) * inverse) % N) + N) % N
  const ofPoint = (sValue * inverse) % N
  const key = toAffine(sumOfMultiples(G, ofHash, [rValue, y, 1n], ofPoint))
  if (key === undefined) return undefined
  const bytes = key.map((coordinate) => numberToHex(coordinate, { size: 32 }).slice(2)).join('')
  return getAddress(slice(keccak256(toHex(BigInt(`0x${bytes}`), { size: 64 })), 12))
}

/** `a × k + b × l`, both bit by bit at once. */
function sumOfMultiples(a: Point, k: bigint, b: Point, l: bigint): Point {
  const both = add(a, b)
  let sum = INFINITY
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    sum = double(sum)
    const [hasA, hasB] = [((k >> bit) & 1n) === 1n, ((l >> bit) & 1n) === 1n]
    if (hasA || hasB) sum = add(sum, hasA && hasB ? both : hasA ? a : b)
  }
  return sum
}

function double([x, y, z]: Point): Point {
  if (z === 0n || y === 0n) return INFINITY
  const yy = (y * y) % P
  const s = (4n * x * yy) % P
  const m = (3n * x * x) % P
  const x2 = modulo(m * m - 2n * s)
  return [x2, modulo(m * (s - x2) - 8n * yy * yy), (2n * y * z) % P]
}

function add(a: Point, b: Point): Point {
  const [x1, y1, z1] = a
  const [x2, y2, z2] = b
  if (z1 === 0n) return b
  if (z2 === 0n) return a
  const [zz1, zz2] = [(z1 * z1) % P, (z2 * z2) % P]
  const [u1, u2] = [(x1 * zz2) % P, (x2 * zz1) % P]
  const [s1, s2] = [(y1 * z2 * zz2) % P, (y2 * z1 * zz1) % P]
  if (u1 === u2) return s1 === s2 ? double(a) : INFINITY
  const [h, r] = [modulo(u2 - u1), modulo(s2 - s1)]
  const hh = (h * h) % P
  const hhh = (h * hh) % P
  const v = (u1 * hh) % P
  const x = modulo(r * r - hhh - 2n * v)
  return [x, modulo(r * (v - x) - s1 * hhh), (h * z1 * z2) % P]
}

function toAffine([x, y, z]: Point): readonly [bigint, bigint] | undefined {
  if (z === 0n) return undefined
  const inverse = power(z, P - 2n, P)
  const square = (inverse * inverse) % P
  return [(x * square) % P, (y * square * inverse) % P]
}

function modulo(value: bigint): bigint {
  const rest = value % P
  return rest < 0n ? rest + P : rest
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
