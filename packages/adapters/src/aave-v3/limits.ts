import {
  Bps,
  type Lending,
  type Limit,
  MulDiv,
  type PositionAsset,
  Ray,
  type Reserve,
  type Unknown,
  Wad,
} from '@unimargin/sdk'
import { accountOf, averageOf, baseValueOf, healthOf } from './Account.ts'
import { type Case, caseOf, debtOf, isolationOf, missing, numberOf, numbersOf } from './Facts.ts'
import { firstUnhealthy } from './firstUnhealthy.ts'
import { firstWhere } from './firstWhere.ts'
import * as Scaling from './Scaling.ts'

/**
 * What an Aave V3 pool lets an owner do, by its own checks in the block that was read. Each `amount` succeeds, and so does
 * everything below, but for what is too little: where an index is above 1, a base unit may scale to nothing, which is refused.
 *
 * Up to 3.4 the health after a withdrawal does not only fall with the amount, because the average threshold is floored: the
 * limit ends before the first amount that is refused, also where some larger one would pass again.
 */
export const limits: Lending['limits'] = {
  supply: (where) => limitOf(where, supplyLimit),
  withdraw: (where) => limitOf(where, withdrawLimit),
  borrow: (where) => limitOf(where, borrowLimit),
  repay: (where) => limitOf(where, repayLimit),
}

function limitOf(where: PositionAsset, of: (facts: Case) => Limit): Limit {
  const facts = caseOf(where)
  return 'status' in facts ? unread(facts) : of(facts)
}

function supplyLimit({ version, state, reserve }: Case): Limit {
  const by = among(reserve.supplyBlockedBy, 'inactive', 'paused', 'frozen')
  if (by.length > 0) return { amount: 0n, by }
  const room = reserve.supplyRoom
  if (room === undefined) return { amount: undefined, by }
  if (typeof room !== 'bigint') return unread(room)
  const numbers = numbersOf(state, reserve, 'liquidityIndex')
  if ('status' in numbers) return unread(numbers)
  return upTo(room, leastOf(numbers.liquidityIndex, Scaling.of(version).supply), () => ['cap'])
}

function repayLimit({ version, reserve, holdings, holding: { debt } }: Case): Limit {
  const by = [...among(reserve.supplyBlockedBy, 'inactive', 'paused'), ...uncountable(reserve, isolationOf(holdings))]
  return by.length > 0 ? { amount: 0n, by } : { amount: debt ? Scaling.variableOf(debt, version) : 0n, by: ['balance'] }
}

function withdrawLimit({ version, state, reserve, holdings, holding }: Case): Limit {
  const by = among(reserve.withdrawBlockedBy, 'inactive', 'paused')
  if (by.length > 0) return { amount: 0n, by }
  const { supplied: leg } = holding
  const balance = leg?.amount
  if (leg === undefined || balance === undefined || balance === 0n) return { amount: 0n, by: ['balance'] }
  if (typeof balance !== 'bigint') return unread(balance)
  const { availableLiquidity } = reserve
  if (typeof availableLiquidity !== 'bigint') return unread(availableLiquidity)
  const numbers = numbersOf(state, reserve, 'liquidityIndex')
  if ('status' in numbers) return unread(numbers)

  const { liquidityIndex: index } = numbers
  const { supplied, withdraw } = Scaling.of(version)
  const least = leastOf(index, withdraw)
  const isShort = balance > availableLiquidity
  const most = isShort ? availableLiquidity : balance
  const beyond = (amount: bigint) => [
    ...(amount > balance ? ['balance'] : []),
    ...(amount > availableLiquidity ? ['liquidity'] : []),
  ]
  if (!holding.isCollateral || !holdings.some(({ isBorrowed }) => isBorrowed)) return upTo(most, least, beyond)

  const rest = accountOf(
    holdings.map((each) => (each === holding ? { ...each, supplied: undefined } : each)),
    version,
  )
  if ('status' in rest) return unread(rest)
  if (typeof leg.price !== 'bigint') return unread(leg.price)
  if (rest.hasZeroLtv && leg.loanToValue > 0n) return { amount: 0n, by: ['loan-to-value'] }
  const scaled = withdraw(balance, index)
  const threshold = leg.isCollateral ? Bps.fromWadDown(leg.liquidationThreshold) : 0n
  const after = (amount: bigint) => {
    const left = leg.isCollateral ? baseValueOf(leg, supplied(scaled - withdraw(amount, index), index)) : 0n
    return { backing: rest.backing + left, weighted: rest.weighted + left * threshold, owed: rest.owed }
  }
  const isHealthy = (amount: bigint) => isSafe(healthOf(after(amount), version))
  const averageAt = (amount: bigint) => {
    const { weighted, backing } = after(amount)
    return averageOf(weighted, backing)
  }
  const end =
    version < '3.5'
      ? firstUnhealthy({ rest, threshold, least, most, isHealthy, averageAt })
      : firstWhere(least, most, (amount) => !isHealthy(amount))
  return upTo(end - 1n, least, (amount) => [
    ...beyond(amount),
    ...(amount <= balance && !isHealthy(amount) ? ['health'] : []),
  ])
}

function borrowLimit(facts: Case): Limit {
  const { version, state, reserve, holdings, holding } = facts
  const { availableLiquidity, borrowRoom } = reserve
  const by = refusalsToBorrow(facts)
  if (by.length > 0) return { amount: 0n, by }
  if (state.details?.isSentinelUnknown === true) return unread(missing(state, 'sentinel'))
  if (typeof availableLiquidity !== 'bigint') return unread(availableLiquidity)
  if (typeof borrowRoom === 'object') return unread(borrowRoom)
  const numbers = numbersOf(state, reserve, 'borrowIndex', 'liquidityIndex', 'scaledSupply')
  if ('status' in numbers) return unread(numbers)
  const debt = debtOf(facts)
  if (typeof debt.price !== 'bigint') return unread(debt.price)
  const before = accountOf(holdings, version)
  if ('status' in before) return unread(before)
  const loanToValue = averageOf(before.lendable, before.backing)
  if (loanToValue === 0n) return { amount: 0n, by: ['loan-to-value'] }
  const isDirected = version >= '3.5'
  const health = healthOf(before, version)
  // Before 3.5 what counts is the health without the new debt, and 1 is not enough.
  if (!isDirected && health !== undefined && health <= Wad.WAD) return { amount: 0n, by: ['health'] }

  const { borrowIndex: index } = numbers
  const { borrow, owed, supplied } = Scaling.of(version)
  const others = accountOf(
    holdings.map((each) => (each === holding ? { ...each, debt: undefined } : each)),
    version,
  )
  if ('status' in others) return unread(others)
  const scaledBefore = Scaling.scaledDebtOf(debt, version, index)
  const supply = supplied(numbers.scaledSupply, numbers.liquidityIndex)
  const isolation = isolationOf(holdings)
  const ceiling = numberOf(isolation?.details, 'debtCeiling') ?? 0n
  const isolated = numberOf(isolation?.details, 'isolatedDebt') ?? 0n
  const cent = 10n ** BigInt(reserve.asset.decimals - (isolation ? 2 : 0))
  return atMost(leastOf(index, borrow), availableLiquidity + 1n, (amount) => {
    const scaled = borrow(amount, index)
    const total = isDirected
      ? others.owed + baseValueOf(debt, owed(scaledBefore + scaled, index), true)
      : before.owed + baseValueOf(debt, amount)
    const needed = (isDirected ? MulDiv.up : MulDiv.halfUp)(total, Bps.BPS, loanToValue)
    return [
      ...(needed > before.backing ? ['loan-to-value'] : []),
      ...(isDirected && !isSafe(healthOf({ ...before, owed: total }, version)) ? ['health'] : []),
      ...(borrowRoom !== undefined && amount > borrowRoom ? ['cap'] : []),
      ...(isolation && isolated + amount / cent > ceiling ? ['debt-ceiling'] : []),
      ...(amount > availableLiquidity || (version >= '3.1' && (isDirected ? owed(scaled, index) : amount) > supply)
        ? ['liquidity']
        : []),
    ]
  })
}

/** What forbids any borrowing, however little. */
function refusalsToBorrow({ version, state, position, reserve, holdings, holding }: Case): readonly string[] {
  const { details } = reserve
  const eMode = numberOf(position.details, 'eModeId') ?? 0n
  const isListed =
    version < '3.2'
      ? numberOf(details, 'eModeCategory') === eMode
      : (((numberOf(position.details, 'borrowable') ?? 0n) >> holding.id) & 1n) === 1n
  const borrowed = holdings.filter(({ isBorrowed }) => isBorrowed)
  const [silo] = borrowed.length === 1 ? borrowed.filter((each) => each.reserve.details?.isSiloed) : []
  const isSiloed = borrowed.length > 0 && (silo ? silo !== holding : details?.isSiloed === true)
  const isolation = isolationOf(holdings)
  return [
    ...among(reserve.borrowBlockedBy, 'inactive', 'paused', 'frozen'),
    // From 3.6 on an e-mode has its own word on what can be borrowed.
    ...(eMode === 0n || version < '3.6' ? among(reserve.borrowBlockedBy, 'borrowing-disabled') : []),
    ...(eMode !== 0n && !isListed ? ['e-mode'] : []),
    ...(state.details?.borrowAllowed === false ? ['sequencer'] : []),
    ...(isSiloed ? ['siloed'] : []),
    ...(isolation && !details?.isBorrowableInIsolation ? ['isolated'] : []),
    ...uncountable(reserve, isolation),
  ]
}

/** The ceiling has two decimals: what has fewer cannot be counted against it, neither borrowed nor repaid. */
function uncountable({ asset }: Reserve, isolation: Reserve | undefined): readonly string[] {
  return isolation && asset.decimals < 2 ? ['debt-ceiling'] : []
}

function isSafe(health: bigint | undefined): boolean {
  return health === undefined || health >= Wad.WAD
}

function among(reasons: readonly string[], ...names: readonly string[]): readonly string[] {
  return names.filter((name) => reasons.includes(name))
}

function unread(amount: Unknown): Limit {
  return { amount, by: [] }
}

/** The smallest amount that scales to something. */
function leastOf(index: bigint, scale: (amount: bigint, index: bigint) => bigint): bigint {
  return firstWhere(1n, index / Ray.RAY, (amount) => scale(amount, index) > 0n)
}

/** All up to `most`, if that is enough to be something; `refusals` says why one more is refused. */
function upTo(most: bigint, least: bigint, refusals: (amount: bigint) => readonly string[]): Limit {
  const isEnough = most >= least
  return { amount: isEnough ? most : 0n, by: refusals(isEnough ? most + 1n : least) }
}

/** All below the first amount that is refused. */
function atMost(least: bigint, high: bigint, refusals: (amount: bigint) => readonly string[]): Limit {
  return upTo(firstWhere(least, high, (amount) => refusals(amount).length > 0) - 1n, least, refusals)
}
