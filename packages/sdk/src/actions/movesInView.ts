import type { Asset } from '../model/Asset.ts'
import { type DataIssue, issueOf } from '../model/DataIssue.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { InFlight, Parked } from '../model/MarginView.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import { dollarPrices } from '../risk/dollarPrices.ts'
import { isSame } from '../risk/Legs.ts'
import * as Usd from '../units/Usd.ts'
import * as OwnerMoves from './OwnerMoves.ts'
import type { ChainOutcome } from './readChain.ts'

/** Collateral that is in no position, and what could not be said about it. */
export type MovesInView = {
  readonly inFlight: readonly InFlight[]
  readonly parked: readonly Parked[]
  readonly issues: readonly DataIssue[]
}

/**
 * Finds what left one chain and has not arrived on its destination, by message GUID, and what is parked there.
 *
 * Where the destination could not be read, or its list is too long to be sure, the move stays with `confirmed: false`.
 * Where the source could not be read, nobody knows what it sent, and of a long history only the newest moves are read: what
 * may be missing for that is an issue.
 */
export function movesInView(outcomes: readonly ChainOutcome[]): MovesInView {
  const inFlight = new Map<string, InFlight>()
  const parked = new Map<string, Parked>()
  const issues: DataIssue[] = []
  const open: OpenMove[] = []
  for (const outcome of outcomes) {
    const chainId = outcome.chain.id
    for (const [index, moves] of (outcome.router?.moves ?? []).entries()) {
      if (moves.status !== 'ok') {
        // Of a chain that was not read at all, that is said once already.
        if (outcome.status === 'read') {
          issues.push(issueOf(moves, { chainId, owner: outcome.owners[index], path: 'moves' }))
        }
        continue
      }
      const { owner, sent, arrived } = moves.value
      const place = { kind: 'unavailable', chainId, owner } as const
      for (const move of sent.entries) {
        const found = flightOf(outcomes, outcome, owner, move)
        if (found.status === 'flies') inFlight.set(move.guid, found.move)
        if (found.status === 'unclear') issues.push({ ...place, path: `inFlight.${move.guid}`, reason: found.reason })
        if (found.status !== 'arrived') open.push({ owner, isSure: found.status === 'unclear' || found.move.confirmed })
      }
      if (!arrived.isComplete) issues.push({ ...place, path: 'parked', reason: newestOf(arrived, 'may be parked') })
      for (const move of arrived.entries.filter(({ isParked }) => isParked)) {
        const asset = assetOf(outcome, move.asset)
        if (asset === undefined) issues.push({ ...place, path: `parked.${move.guid}`, reason: noRoute(move.asset) })
        else parked.set(move.guid, parkedOf(outcome, owner, move, asset))
      }
    }
  }
  return {
    inFlight: [...inFlight.values()],
    parked: [...parked.values()],
    issues: [...issues, ...olderMoves(outcomes, open)],
  }
}

/** A move that has not arrived, as far as can be seen; whether that is sure. */
type OpenMove = { readonly owner: Address; readonly isSure: boolean }

/**
 * Where a history is longer than what is read of it, an old move may still be on its way. The routers count: if no more is
 * missing between all that was sent and all that arrived than what is known to be open, there is none.
 */
function olderMoves(outcomes: readonly ChainOutcome[], open: readonly OpenMove[]): readonly DataIssue[] {
  const routers = outcomes.filter(({ router }) => router !== undefined)
  const read = routers.flatMap(({ chain, router }) =>
    OwnerMoves.known(router?.moves ?? []).map((moves) => ({ chainId: chain.id, ...moves })),
  )
  return read.flatMap(({ chainId, owner, sent }) => {
    if (sent.isComplete) return []
    const own = read.filter((moves) => moves.owner === owner)
    const missing = own.reduce((sum, moves) => sum + moves.sent.total - moves.arrived.total, 0n)
    const known = open.filter((move) => move.owner === owner)
    const isSure = own.length === routers.length && known.every((move) => move.isSure)
    if (isSure && missing === BigInt(known.length)) return []
    return [
      { kind: 'unavailable', chainId, owner, path: 'inFlight', reason: newestOf(sent, 'may not have arrived yet') },
    ]
  })
}

function newestOf({ entries, total }: OwnerMoves.Page<unknown>, others: string): string {
  return `only the newest ${entries.length} of ${total} moves were read: older ones ${others}`
}

type Flight =
  | { readonly status: 'flies'; readonly move: InFlight }
  | { readonly status: 'arrived' }
  | { readonly status: 'unclear'; readonly reason: string }

function flightOf(
  outcomes: readonly ChainOutcome[],
  source: ChainOutcome,
  owner: Address,
  sent: OwnerMoves.Sent,
): Flight {
  const { guid, amount, sentAt, destinationEid } = sent
  const destination = outcomes.find(({ router }) => router?.router.eid === destinationEid)
  if (destination === undefined) {
    return {
      status: 'unclear',
      reason: `it went to LayerZero endpoint ${destinationEid}, where no router is configured`,
    }
  }
  const arrivals = arrivalsOf(destination, owner)
  if (arrivals?.entries.some((arrival) => arrival.guid === guid) === true) return { status: 'arrived' }
  const asset = assetOf(source, sent.asset)
  if (asset === undefined) return { status: 'unclear', reason: noRoute(sent.asset) }
  const move: InFlight = {
    guid,
    owner,
    asset,
    sourceChainId: source.chain.id,
    destinationChainId: destination.chain.id,
    amount,
    value: valueIn(source, owner, asset, amount, `inFlight.${guid}.value`),
    sentAt,
    confirmed: arrivals?.isComplete === true,
  }
  return { status: 'flies', move }
}

function arrivalsOf(destination: ChainOutcome, owner: Address): OwnerMoves.OwnerMoves['arrived'] | undefined {
  return OwnerMoves.known(destination.router?.moves ?? []).find((moves) => moves.owner === owner)?.arrived
}

function parkedOf(
  outcome: ChainOutcome,
  owner: Address,
  { guid, market, amount }: OwnerMoves.Arrived,
  asset: Asset,
): Parked {
  const value = valueIn(outcome, owner, asset, amount, `parked.${guid}.value`, market)
  return { guid, owner, asset, chainId: outcome.chain.id, market, amount, value }
}

/** From the markets, which name it best, else from the routes. */
function assetOf(outcome: ChainOutcome, address: Address): Asset | undefined {
  const reserves = outcome.markets.flatMap(({ reading }) =>
    reading.status === 'ok' ? reading.value.state.reserves : [],
  )
  return [...reserves.map(({ asset }) => asset), ...outcome.assets].find((asset) => isSame(asset.address, address))
}

/** At the price of the market that it was meant for, else of the first that knows one (in dollars, if any); rounded down. */
function valueIn(
  outcome: ChainOutcome,
  owner: Address,
  asset: Asset,
  amount: bigint,
  path: string,
  market?: Hex,
): Quantity {
  const states = outcome.markets.flatMap(({ reading }) => (reading.status === 'ok' ? [reading.value.state] : []))
  const wanted = states.filter((state) => market !== undefined && isSame(state.market.id, market))
  const prices = [...dollarPrices(wanted, asset.address), ...dollarPrices(states, asset.address)]
  const price = prices.find((candidate) => typeof candidate === 'bigint')
  const missing = (reason: string): Quantity =>
    unknown({ kind: 'unavailable', chainId: outcome.chain.id, owner, path, reason })
  if (price === undefined) return missing(`no market that was read prices ${asset.symbol}`)
  try {
    return Usd.valueDown({ amount, price, decimals: asset.decimals })
  } catch {
    return missing(`the price of ${asset.symbol} is out of range`)
  }
}

function noRoute(asset: Address): string {
  return `no configured route and no market that was read knows the asset ${asset}`
}
