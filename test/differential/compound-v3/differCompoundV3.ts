import { NoSuchCallError } from '@unimargin/adapters/compound-v3/lending'
import { compoundV3Liquidation } from '@unimargin/adapters/compound-v3/liquidation'
import type { MockCompoundV3 } from '@unimargin/adapters/compound-v3/testing'
import { type LendingAction, type MarketReading, type PositionFacts, type ReadResult, serialize } from '@unimargin/sdk'
import { type MockBlock, MockRevert } from '@unimargin/sdk/testing'
import { type Address, encodeFunctionData, type Hex, isAddressEqual, numberToHex, parseAbi } from 'viem'
import * as Random from '../Random.ts'
import { type Answers, answer } from './answer.ts'
import { type RandomComet, randomComet } from './randomComet.ts'

/** What a run met: a run that never came near an edge proves little. */
export type CometTally = Record<
  | 'states'
  | 'indebted'
  | 'liquidatable'
  | 'behind'
  | 'badPrice'
  | 'boundary'
  | 'loanLimits'
  | 'loanLimitsByHealth'
  | 'collateralLimits'
  | 'collateralLimitsByHealth'
  | 'baseLimits'
  | 'capLimits'
  | 'refusedLimits'
  | 'unknownLimits'
  | 'amountWhatIfs'
  | 'priceWhatIfs'
  | 'timeWhatIfs'
  | 'absorbed'
  | 'absorbedWithRest'
  | 'absorbedWithLoss'
  | 'refusedHealthy'
  | 'refusedPaused'
  | 'refusedPrice'
  | 'unknownLiquidations'
  | 'manyCollaterals'
  | 'deactivated'
  | 'paused'
  | 'overflowing',
  number
>

const WAD = 10n ** 18n
const actions = ['supply', 'withdraw', 'borrow', 'repay'] as const
const DISPOSABLE = 2n ** 100n

/**
 * Plays random mocked Comets and holds the adapter against each: supplies and debts, the verdict after accruing, every limit (the
 * amount is taken, one unit more refused), a change of an amount and one of a price. The judge is `mockCompoundV3`, whose
 * arithmetic is its own and was held against a real Comet.
 *
 * @throws TypeError at the first difference, with the seed of its state.
 */
export function differCompoundV3({ runs, seed }: { readonly runs: number; readonly seed: string }): CometTally {
  const tally: CometTally = {
    states: 0,
    indebted: 0,
    liquidatable: 0,
    behind: 0,
    badPrice: 0,
    boundary: 0,
    loanLimits: 0,
    loanLimitsByHealth: 0,
    collateralLimits: 0,
    collateralLimitsByHealth: 0,
    baseLimits: 0,
    capLimits: 0,
    refusedLimits: 0,
    unknownLimits: 0,
    amountWhatIfs: 0,
    priceWhatIfs: 0,
    timeWhatIfs: 0,
    absorbed: 0,
    absorbedWithRest: 0,
    absorbedWithLoss: 0,
    refusedHealthy: 0,
    refusedPaused: 0,
    refusedPrice: 0,
    unknownLiquidations: 0,
    manyCollaterals: 0,
    deactivated: 0,
    paused: 0,
    overflowing: 0,
  }
  for (let run = 0; run < runs; run += 1) {
    const random = Random.create(`${seed}:${run}`)
    try {
      compare(randomComet(random), random, tally)
    } catch (error) {
      throw new TypeError(`SEED=${seed} run ${run}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }
  return tally
}

type Reading = { readonly state: MarketReading['state']; readonly position: PositionFacts }

function compare(scene: RandomComet, random: Random.Random, tally: CometTally): void {
  tally.states += 1
  const { comet, owner, at } = scene
  const reading = read(comet, owner, at)
  if (typeof reading === 'string') {
    // Comet can do nothing any more, and no more can be said.
    same(reading, attempt(() => comet.accruedTo(at.timestamp)) instanceof MockRevert, true)
    tally.overflowing += 1
    return
  }
  const { state, position } = reading
  if (position.debt.length > 0) tally.indebted += 1
  if (state.reserves.length > 17) tally.manyCollaterals += 1
  if (state.reserves.some(({ details }) => details?.isDeactivated === true)) tally.deactivated += 1
  if (state.reserves.some(({ supplyBlockedBy }) => supplyBlockedBy.includes('paused'))) tally.paused += 1
  judge(comet, owner, at, position, tally)
  for (const { asset } of state.reserves.slice(0, 6)) {
    for (const action of actions) holdLimit(scene, reading, action, asset.address, tally)
  }
  const asset = state.reserves[random.below(Math.min(5, state.reserves.length))]?.asset ?? { address: owner }
  holdAmount(scene, reading, random.pick(actions), asset.address, random, tally)
  holdPrice(scene, reading, asset.address, random, tally)
  holdTime(scene, reading, random, tally)
  holdLiquidation(scene, reading, tally)
}

/** The verdict and the debt after accruing, and the flag where they are not those before. */
function judge(comet: MockCompoundV3, owner: Address, at: MockBlock, position: PositionFacts, tally: CometTally): void {
  const accrued = comet.accruedTo(at.timestamp)
  const base = comet.assets[0]?.address ?? owner
  const supplied = position.collateral.find(({ asset }) => isAddressEqual(asset.address, base))?.amount ?? 0n
  same('supplied', supplied, accrued.suppliedOf(owner, base))
  same('owed', position.debt[0]?.amount ?? 0n, accrued.borrowedOf(owner))
  const verdict = attempt(() => accrued.isLiquidatable(owner))
  if (verdict instanceof MockRevert) {
    tally.badPrice += 1
    same('a bad price is unknown', isKnown(position), false)
    return
  }
  // Where Comet judges, it never comes to a bad price: what is known decides.
  const { health } = ruleOf(comet).assess({
    collateral: position.collateral.filter(isKnownLeg),
    debt: position.debt.filter(isKnownLeg),
  })
  const ours = health.status === 'known' && health.factor < WAD
  same('liquidatable', ours, verdict)
  if (verdict) tally.liquidatable += 1
  if (health.status === 'known' && health.factor === WAD) tally.boundary += 1
  const stored = attempt(() => comet.isLiquidatable(owner))
  const isFlagged = position.flags?.some(({ kind }) => kind === 'protocol-behind') === true
  if (isKnown(position)) same('flagged', isFlagged, stored !== verdict)
  if (isFlagged) tally.behind += 1
}

/** Exactly the limit succeeds, one unit more is refused. */
function holdLimit(
  { comet, owner, at, isExtended }: RandomComet,
  { state, position }: Reading,
  action: LendingAction,
  asset: Address,
  tally: CometTally,
): void {
  const { lending } = comet.adapter
  const where = { state, position, asset }
  const isBase = isAddressEqual(asset, state.reserves[0]?.asset.address ?? asset)
  const { amount, by } = lending.limits[action](where)
  if (amount !== undefined && typeof amount !== 'bigint') {
    // Nobody can tell whether a Comet of this kind asks for a bad price of what nothing is lent against.
    const mayPassOver = state.reserves.some(({ price, loanToValue }) => typeof price !== 'bigint' && loanToValue === 0n)
    if (!mayPassOver || !isExtended) throw new TypeError(`${action}: unknown, ${serialize(amount)}`)
    tally.unknownLimits += 1
    return
  }
  // Comet lends no collateral; what is withdrawn beyond one's own supply of the base asset is a loan.
  if (!isBase && (action === 'borrow' || action === 'repay')) {
    same(`${action} of a collateral`, amount, 0n)
    return
  }
  const takes = (units: bigint) =>
    perform({ comet, owner, at, isExtended }, { state, position }, action, asset, units) !== undefined
  const most = amount ?? DISPOSABLE
  if (most > 0n) same(`${action} of ${most} by ${by.join()}`, takes(most), true)
  else tally.refusedLimits += 1
  if (amount === undefined || action === 'repay') return
  same(`${action} of ${amount} + 1 by ${by.join()}`, takes(amount + 1n), false)
  if (action === 'supply') tally.capLimits += 1
  if (action === 'borrow') tally.loanLimits += 1
  if (action === 'borrow' && by.includes('loan-to-value') && amount > 0n) tally.loanLimitsByHealth += 1
  if (action === 'withdraw' && isBase) tally.baseLimits += 1
  if (action === 'withdraw' && !isBase) tally.collateralLimits += 1
  if (action === 'withdraw' && !isBase && by.includes('loan-to-value') && amount > 0n)
    tally.collateralLimitsByHealth += 1
}

/** What a change of an amount leaves, against a new reading after it. */
function holdAmount(
  scene: RandomComet,
  reading: Reading,
  action: LendingAction,
  asset: Address,
  random: Random.Random,
  tally: CometTally,
): void {
  const { comet, owner, at } = scene
  const { amount } = comet.adapter.lending.limits[action]({ ...reading, asset })
  const most = typeof amount === 'bigint' ? amount : DISPOSABLE
  if (most === 0n) return
  const units = random.chance(30) ? most : random.magnitude(1n, most)
  const after = perform(scene, reading, action, asset, units)
  // Between one's own and the smallest loan Comet refuses.
  if (after === undefined) return
  const predicted = comet.adapter.lending.after({ ...reading, asset }, { action, amount: units })
  same(`after ${action} of ${units}`, serialize(predicted), serialize(positionOf(read(after, owner, at))))
  tally.amountWhatIfs += 1
}

/** What another price makes of the health, against the verdict there. */
function holdPrice(
  { comet, owner, at }: RandomComet,
  { position }: Reading,
  asset: Address,
  random: Random.Random,
  tally: CometTally,
): void {
  const price = random.magnitude(10n ** 10n, 10n ** 22n)
  const cut = price - (price % 10n ** 10n)
  const changed = <leg extends { readonly asset: { readonly address: Address } }>(leg: leg): leg =>
    isAddressEqual(leg.asset.address, asset) ? { ...leg, price: cut, value: 0n } : leg
  const collateral = position.collateral.map(changed)
  const debt = position.debt.map(changed)
  if (![...collateral, ...debt].every(isKnownLeg)) return
  const { health } = ruleOf(comet).assess({ collateral: collateral.filter(isKnownLeg), debt: debt.filter(isKnownLeg) })
  const there = comet.withPrice(asset, cut).accruedTo(at.timestamp)
  same(`liquidatable at ${cut}`, health.status === 'known' && health.factor < WAD, there.isLiquidatable(owner))
  tally.priceWhatIfs += 1
}

/** What some time makes of the position and of the market, in one step and in two, against a new reading then. */
function holdTime({ comet, owner, at }: RandomComet, reading: Reading, random: Random.Random, tally: CometTally): void {
  const { accrued } = comet.adapter.lending
  if (accrued === undefined) throw new TypeError('the adapter cannot accrue')
  const seconds = random.magnitude(1n, 300_000_000n)
  const there = read(comet, owner, { ...at, timestamp: at.timestamp + seconds })
  const predicted = accrued(reading, seconds)
  if (typeof there === 'string') {
    const base = reading.state.reserves[0]?.asset.address
    const legs = [...predicted.position.collateral, ...predicted.position.debt]
    const known = legs.filter(({ asset, amount }) => asset.address === base && typeof amount === 'bigint')
    same(`known after ${seconds} s`, known.length, 0)
    return
  }
  const half = seconds / 3n
  for (const later of [predicted, accrued(accrued(reading, half), seconds - half)]) {
    same(`position after ${seconds} s`, serialize(later.position), serialize(there.position))
    same(`market after ${seconds} s`, serialize(ageless(later.state)), serialize(ageless(there.state)))
  }
  tally.timeWhatIfs += 1
}

/** What Comet would take over and leave, against a new reading after it did; refused exactly where it reverts. */
function holdLiquidation(scene: RandomComet, reading: Reading, tally: CometTally): void {
  const { comet, owner, at, isExtended } = scene
  const result = compoundV3Liquidation.model.simulate(reading)
  const after = attempt(() => absorbed(comet, owner, at))
  if (result.status === 'unknown') {
    const { collateral } = reading.position
    const mayPassOver = collateral.some(({ price, loanToValue }) => typeof price !== 'bigint' && loanToValue === 0n)
    if (!(mayPassOver && isExtended)) {
      throw new TypeError(`liquidation: unknown, ${serialize(result)}`)
    }
    tally.unknownLiquidations += 1
    return
  }
  same(`liquidation: ${serialize(result)}`, result.status, after instanceof MockRevert ? 'refused' : 'liquidated')
  if (result.status === 'refused') {
    if (result.by.includes('healthy')) tally.refusedHealthy += 1
    if (result.by.includes('paused')) tally.refusedPaused += 1
    if (result.by.includes('price')) tally.refusedPrice += 1
    return
  }
  if (after instanceof MockRevert) return
  const found = positionOf(read(after, owner, at))
  same('after a liquidation', serialize(result.after), serialize(found))
  const accrued = comet.accruedTo(at.timestamp)
  for (const { asset, amount, protocolFee } of result.seized) {
    same(`seized of ${asset.symbol}`, amount, comet.suppliedOf(owner, asset.address))
    same(`kept of ${asset.symbol}`, protocolFee, amount)
  }
  const gone = [...result.repaid, ...result.badDebt].reduce((sum, { amount }) => sum + amount, 0n)
  same('settled and written off', gone, accrued.borrowedOf(owner))
  tally.absorbed += 1
  if (found.collateral.length > 0) tally.absorbedWithRest += 1
  if (result.badDebt.length > 0) tally.absorbedWithLoss += 1
}

/** By a call of the real interface. */
function absorbed(comet: MockCompoundV3, owner: Address, at: MockBlock): MockCompoundV3 {
  const data = encodeFunctionData({ abi: absorbAbi, args: [ABSORBER, [owner]] })
  const hash = numberToHex(1, { size: 32 })
  const transaction = { from: ABSORBER, to: comet.market.id, data, value: 0n, hash, gas: 0n, nonce: 0 }
  const [next] = comet.execute?.(transaction, new Map(), at)?.parts ?? []
  if (next === undefined) throw new TypeError('nothing became of a liquidation')
  return comet.in(new Map([[comet.key, next]]))
}

const ABSORBER: Address = '0x00000000000000000000000000000000000000ab'
const absorbAbi = parseAbi(['function absorb(address absorber, address[] accounts)'])

/** Mocked feeds are updated with every block. */
function ageless(state: MarketReading['state']): MarketReading['state'] {
  return { ...state, reserves: state.reserves.map((reserve) => ({ ...reserve, oracle: undefined })) }
}

/** Sends the adapter's own call, with what it needs; `undefined` where Comet refuses. */
function perform(
  { comet, owner, at }: RandomComet,
  reading: Reading,
  action: LendingAction,
  asset: Address,
  amount: bigint,
): MockCompoundV3 | undefined {
  try {
    const { call, authorizations } = comet.adapter.lending.calls[action]({ ...reading, asset, owner, amount })
    const sent = [...authorizations.map(({ grant }) => grant), call]
    return sent.reduce(
      (current, { to, data, value }) => {
        const hash = numberToHex(1, { size: 32 })
        const effects = current.execute?.({ from: owner, to, data, value, hash, gas: 0n, nonce: 0 }, new Map(), at)
        const [next] = effects?.parts ?? []
        if (next === undefined) throw new TypeError(`nothing became of a call of ${to}`)
        return current.in(new Map([[current.key, next]]))
      },
      comet.withTokens(owner, asset, 2n ** 200n),
    )
  } catch (error) {
    if (error instanceof MockRevert || error instanceof NoSuchCallError) return undefined
    throw error
  }
}

function positionOf(reading: Reading | string): PositionFacts {
  if (typeof reading === 'string') throw new TypeError(reading)
  return reading.position
}

/** What the adapter reads, or why it can read nothing. */
function read(comet: MockCompoundV3, owner: Address, at: MockBlock): Reading | string {
  const contracts = new Map(Object.entries(comet.contracts(at)).map(([address, one]) => [address.toLowerCase(), one]))
  const answers: Answers = (to, data) => {
    if (isAddressEqual(to, MULTICALL3)) return { status: 'ok', value: numberToHex(at.timestamp, { size: 32 }) }
    const contract = contracts.get(to.toLowerCase())
    if (contract === undefined) return { status: 'unavailable', reason: `nothing at ${to}` }
    const value = attempt(() => contract({ to, from: owner, data, value: 0n }, at))
    return value instanceof MockRevert ? reverted(value.data) : { status: 'ok', value }
  }
  const { result: metadata } = answer(comet.adapter.metadata.read, answers)
  if (metadata.status !== 'ok') throw new TypeError(metadata.reason)
  const { result } = answer(comet.adapter.state(metadata.value, [owner]), answers)
  if (result.status !== 'ok') return result.reason
  const { state, positions } = result.value
  const [position] = positions
  if (position?.status !== 'ok') throw new TypeError(position?.reason)
  return { state, position: position.value }
}

const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11'

function reverted(data: Hex): ReadResult<Hex> {
  return { status: 'reverted', reason: 'execution reverted', data }
}

function attempt<value>(act: () => value): value | MockRevert {
  try {
    return act()
  } catch (error) {
    if (error instanceof MockRevert) return error
    throw error
  }
}

function ruleOf({ adapter }: MockCompoundV3) {
  const rule = adapter.rules['compound-v3']
  if (rule === undefined) throw new TypeError('no rule')
  return rule
}

function isKnown({ collateral, debt }: PositionFacts): boolean {
  return collateral.every(isKnownLeg) && debt.every(isKnownLeg)
}

function isKnownLeg<leg extends { readonly amount: unknown; readonly price: unknown; readonly value: unknown }>(
  leg: leg,
): leg is leg & { readonly amount: bigint; readonly price: bigint; readonly value: bigint } {
  return typeof leg.amount === 'bigint' && typeof leg.price === 'bigint' && typeof leg.value === 'bigint'
}

function same(what: string, ours: unknown, theirs: unknown): void {
  if (ours !== theirs) throw new TypeError(`${what}: ${String(ours)} is not ${String(theirs)}`)
}
