import { type PlanMovesParameters, type PlanStep, type RouteOffer, Wad } from '@unimargin/sdk'
import { type Book, dollarPrice, isSame, type Member, reserveOf, up } from './Book.ts'
import { isStuck } from './lends.ts'
import { arrivesAtMost, unitAt } from './Transit.ts'
import { takes } from './takes.ts'

const { WAD } = Wad
const HOUR = 3_600n

/** What is wrong with one step by itself: who, what, over which route, how much, and what it is said to cost. */
export function checkStep(book: Book, parameters: PlanMovesParameters, step: PlanStep): readonly string[] {
  const { candidate } = step
  const [donor, receiver] = [book.get(candidate.donor), book.get(candidate.receiver)]
  if (donor === undefined || receiver === undefined) return ['a position that is unknown, or not in the view']
  const offer = offerOf(parameters, step)
  if (candidate.route !== undefined && offer === undefined) return ['a route that nobody offers']
  return [
    ...placeProblems(parameters, step, donor, receiver),
    ...(offer === undefined ? localProblems(step) : routeProblems(parameters, step, offer)),
    ...costProblems(parameters, step, donor, receiver, offer),
  ]
}

/** The offer that a step uses. */
export function offerOf({ routes }: PlanMovesParameters, { candidate }: PlanStep): RouteOffer | undefined {
  const { asset, received, route } = candidate
  return routes.find(
    ({ key, source, destination }) =>
      key === route &&
      source.chainId === asset.chainId &&
      isSame(source.asset, asset.address) &&
      destination.chainId === received.chainId &&
      isSame(destination.asset, received.address),
  )
}

function placeProblems(
  { donors }: PlanMovesParameters,
  { candidate }: PlanStep,
  donor: Member,
  receiver: Member,
): readonly string[] {
  const { asset, received, purpose } = candidate
  const problems: string[] = []
  const refuse = (isWrong: boolean, problem: string) => {
    if (isWrong) problems.push(problem)
  }
  const { position: giver } = donor
  const { position: taker } = receiver
  refuse(giver.id === taker.id, 'donor and receiver are one')
  refuse(!isSame(giver.owner, taker.owner), 'the owners differ')
  refuse(donors !== undefined && !donors.includes(giver.id), 'a donor that may not give')
  refuse(asset.chainId !== giver.market.chainId, "the asset is not on the donor's chain")
  refuse(received.chainId !== taker.market.chainId, "what arrives is not on the receiver's chain")
  refuse(taker.market.holdsIdle === true, 'the receiver lends nothing')
  refuse(!donor.held.collateral.some((leg) => isSame(leg.asset.address, asset.address)), 'the donor holds none of it')
  refuse(
    (reserveOf(donor.state, asset.address)?.withdrawBlockedBy.length ?? 1) > 0,
    'the donor’s market pays nothing out',
  )
  refuse(isStuck(donor, asset.address), 'what has no loan-to-value has to leave first')
  if (purpose === 'repay') {
    refuse(
      !receiver.held.debt.some((leg) => isSame(leg.asset.address, received.address)),
      'the receiver owes none of it',
    )
  } else {
    refuse(!takes(receiver, received.address), 'what arrives would back nothing')
  }
  return problems
}

function localProblems({ candidate, amount, arrives }: PlanStep): readonly string[] {
  const { asset, received, seconds } = candidate
  const isOne = asset.chainId === received.chainId && isSame(asset.address, received.address)
  return [
    ...(isOne ? [] : ['another asset or chain without a route']),
    ...(seconds === 0n ? [] : ['time passes without a route']),
    ...(amount > 0n && arrives === amount ? [] : [`of ${amount} there arrives ${arrives} without a route`]),
  ]
}

function routeProblems(
  { horizon = 1_800n }: PlanMovesParameters,
  { candidate, amount, arrives }: PlanStep,
  offer: RouteOffer,
): readonly string[] {
  const problems: string[] = []
  if (candidate.seconds !== offer.seconds) problems.push(`${candidate.seconds} s over a route of ${offer.seconds} s`)
  if (offer.seconds > horizon) problems.push('it arrives after the horizon')
  if (amount <= 0n) problems.push('nothing is sent')
  if (amount % unitAt(offer, offer.source.decimals) !== 0n) problems.push(`dust in ${amount}`)
  if (amount < (offer.least ?? 0n)) problems.push(`${amount} is less than the route carries (${offer.least})`)
  const most = arrivesAtMost(offer, amount)
  const unit = unitAt(offer, offer.destination.decimals)
  if (arrives > most) problems.push(`${arrives} would arrive, at worst it is ${most}`)
  if (arrives < most - 2n * unit) problems.push(`only ${arrives} of ${most} are counted`)
  return problems
}

function costProblems(
  { costs }: PlanMovesParameters,
  { candidate, amount, costs: said }: PlanStep,
  donor: Member,
  receiver: Member,
  offer: RouteOffer | undefined,
): readonly string[] {
  const price = dollarPrice(donor, candidate.asset.address)
  const here = costs.chains[donor.position.market.chainId]
  const there = costs.chains[receiver.position.market.chainId]
  if (price === undefined || here === undefined || there === undefined) return ['costs that nobody can know']
  const isWallet = donor.position.market.holdsIdle === true
  const gas = (isWallet ? 0n : here.withdraw) + (offer === undefined ? 0n : here.send) + there[candidate.purpose]
  const base = 10n ** BigInt(candidate.asset.decimals)
  const { fee = 0n, slippage = 0n, seconds = 0n } = offer ?? {}
  const rates = {
    fee: { numerator: fee, denominator: WAD },
    slippage: { numerator: (WAD - fee) * slippage, denominator: WAD * WAD },
    waiting: { numerator: (costs.waiting ?? 0n) * seconds, denominator: WAD * HOUR },
  }
  // Whole units may be lost on the way: of the asset, and of what the route tells apart.
  const unit = offer === undefined ? 1n : largest(unitAt(offer, candidate.asset.decimals), coarsest(offer))
  const slack = up(4n * unit * price, base) + 4n
  const problems: string[] = []
  for (const part of ['fee', 'slippage', 'waiting'] as const) {
    const { numerator, denominator } = rates[part]
    const exact = up(amount * price * numerator, denominator * base)
    const isRight = said[part] >= exact - 1n && said[part] <= exact + slack
    if (!isRight) problems.push(`${part} of ${said[part]}, it is ${exact}`)
  }
  if (said.gas !== gas) problems.push(`gas of ${said.gas}, it is ${gas}`)
  if (said.messaging !== (offer?.messaging ?? 0n)) problems.push(`messaging of ${said.messaging}`)
  if (said.total !== said.gas + said.messaging + said.fee + said.slippage + said.waiting) problems.push('a wrong total')
  return problems
}

/** A unit of the destination, counted at the source. */
function coarsest(offer: RouteOffer): bigint {
  const { source, destination } = offer
  const unit = unitAt(offer, destination.decimals)
  return up(unit * 10n ** BigInt(source.decimals), 10n ** BigInt(destination.decimals))
}

function largest(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}
