import { type Address, type Details, type MarketState, Read } from '@unimargin/sdk'
import type { Fact } from '../shared/changeOf.ts'
import { readerOf } from '../shared/readerOf.ts'
import { printable } from '../shared/token.ts'
import { poolAbi } from './abi.ts'
import { type Holding, numberOf } from './Facts.ts'
import { hasBit } from './hasBit.ts'
import type { CategoryTokens } from './PoolMetadata.ts'
import type { AaveV3Version } from './version.ts'

/** The pool counts them in eight bits. */
const LAST = 255

/** What an e-mode is: a market's details keep it flat, with lending alone. Ratios are basis points. */
export type EMode = {
  readonly id: number
  readonly label: string
  readonly loanToValue: bigint
  readonly liquidationThreshold: bigint
  /** What a liquidator gets for 100 %, of what is collateral in it. */
  readonly liquidationBonus: bigint
  /** Bitmaps by the ids of reserves, from 3.2 on: what is collateral in it, what can be borrowed, what lends nothing. */
  readonly collateral: bigint
  readonly borrowable: bigint
  readonly ltvZero: bigint
  /** From 3.7 on: what is not of it lends nothing. */
  readonly isIsolated: boolean
  /** In 3.0 and 3.1 one price may stand for all its assets. */
  readonly hasPrice: boolean
}

/** As a market's details have it. */
export function read(pool: Address, { id, priceSource }: CategoryTokens, version: AaveV3Version): Read.Read<Details> {
  const ask = readerOf(pool, poolAbi)
  const none = Read.succeed(0n)
  const isBitmap = version >= '3.2'
  const all = Read.all([
    ask('getEModeCategoryData', id),
    isBitmap ? ask('getEModeCategoryCollateralBitmap', id) : none,
    isBitmap ? ask('getEModeCategoryBorrowableBitmap', id) : none,
    version >= '3.6' ? ask('getEModeCategoryLtvzeroBitmap', id) : none,
    version >= '3.7' ? ask('getIsEModeCategoryIsolated', id) : Read.succeed(false),
  ])
  return Read.map(
    all,
    ([[loanToValue, liquidationThreshold, liquidationBonus, , label], collateral, borrowable, ltvZero, isIsolated]) => {
      const eMode: Omit<EMode, 'id'> = {
        label: printable(label),
        loanToValue: BigInt(loanToValue),
        liquidationThreshold: BigInt(liquidationThreshold),
        liquidationBonus: BigInt(liquidationBonus),
        collateral,
        borrowable,
        ltvZero,
        isIsolated,
        hasPrice: priceSource !== undefined && !isBitmap,
      }
      return Object.fromEntries(Object.entries(eMode).map(([name, value]) => [keyOf(id, name), value]))
    },
  )
}

/**
 * What tells that one more e-mode was added, which from 3.2 on nothing else of a pool mentions: those that are told by their ids
 * follow one another.
 */
export function readNext(
  pool: Address,
  categories: readonly CategoryTokens[],
  version: AaveV3Version,
): Read.Read<readonly Fact[]> {
  const next = Math.max(0, ...categories.map(({ id }) => id)) + 1
  if (version < '3.2' || next > LAST) return Read.succeed([])
  return Read.map(Read.settle(readerOf(pool, poolAbi)('getEModeCategoryData', next)), (data) =>
    data.status === 'ok' ? [[`the threshold of e-mode ${next}`, 0, data.value[1]]] : [],
  )
}

/** An e-mode of a market, where it was read. */
export function of({ details = {} }: MarketState, id: number): EMode | undefined {
  const detail = (name: keyof EMode) => details[keyOf(id, name)]
  const [label, isIsolated, hasPrice] = (['label', 'isIsolated', 'hasPrice'] as const).map(detail)
  const [loanToValue, liquidationThreshold, liquidationBonus, collateral, borrowable, ltvZero] = (
    ['loanToValue', 'liquidationThreshold', 'liquidationBonus', 'collateral', 'borrowable', 'ltvZero'] as const
  ).map((name) => {
    const value = detail(name)
    return typeof value === 'bigint' ? value : undefined
  })
  if (
    typeof label !== 'string' ||
    loanToValue === undefined ||
    liquidationThreshold === undefined ||
    liquidationBonus === undefined ||
    collateral === undefined ||
    borrowable === undefined ||
    ltvZero === undefined
  ) {
    return undefined
  }
  const flags = { isIsolated: isIsolated === true, hasPrice: hasPrice === true }
  return { id, label, loanToValue, liquidationThreshold, liquidationBonus, collateral, borrowable, ltvZero, ...flags }
}

/** Whether a reserve is collateral in it. */
export function has(eMode: EMode, { reserve, id }: Pick<Holding, 'reserve' | 'id'>, version: AaveV3Version): boolean {
  return version < '3.2'
    ? numberOf(reserve.details, 'eModeCategory') === BigInt(eMode.id)
    : hasBit(eMode.collateral, Number(id))
}

function keyOf(id: number, name: string): string {
  return `eModes.${id}.${name}`
}
