import * as Legs from '../../risk/Legs.ts'
import type { RejectedMove } from './MarginPlan.ts'
import type { Option } from './Option.ts'
import type { Party } from './Party.ts'
import type { PlanMovesParameters } from './PlanMovesParameters.ts'
import * as Program from './Program.ts'

/** More than anybody has. */
const UNLIMITED = 2n ** 256n

/**
 * The program of what is possible, and what the caps or the donors' floors rule out by themselves. `mostOf` says what a cap is
 * taken to be instead of what it is.
 */
export function toProgram(
  parameters: PlanMovesParameters,
  parties: readonly Party[],
  options: readonly Option[],
  mostOf?: (cap: Pick<Program.Cap, 'key' | 'most'>) => bigint,
): { readonly program: Program.Program; readonly rejected: readonly RejectedMove[] } {
  const caps = (of: readonly Option[]) => {
    const read = capsOf(parameters, parties, of)
    return mostOf === undefined ? read : read.map((cap) => ({ ...cap, most: mostOf(cap) }))
  }
  // An option's own most is what the caps leave of it.
  const open = mostOf === undefined ? options : options.map((option) => ({ ...option, most: UNLIMITED }))
  const all = Program.make(parties, open, caps(open))
  const none = options.map(() => 0n)
  const rejected: RejectedMove[] = []
  const left: Option[] = []
  for (const [place, option] of open.entries()) {
    const most = Program.roomOf(all, place, none)
    const { candidate } = option
    if (most < option.least) {
      rejected.push({ candidate, reason: { kind: 'below-least' } })
    } else if (!canGive(all, place)) {
      rejected.push({ candidate, reason: { kind: 'donor-floor' } })
    } else {
      left.push({ ...option, most })
    }
  }
  return { program: Program.make(parties, left, caps(left)), rejected }
}

/** Whether the donor can spare the least amount, or something on its own chain might help it first. */
function canGive(program: Program.Program, place: number): boolean {
  const donor = program.ends[place]?.donor ?? -1
  const helps = program.links[donor]?.ins.some((other) => program.options[other]?.offer === undefined)
  const least = program.options.map(({ least }, other) => (other === place ? least : 0n))
  return helps === true || Program.keepsFloor(program, donor, least)
}

function capsOf(
  parameters: PlanMovesParameters,
  parties: readonly Party[],
  options: readonly Option[],
): readonly Program.Cap[] {
  const caps = new Map<string, Omit<Program.Cap, 'options'> & { readonly options: number[] }>()
  const add = (key: string, place: number, cap: () => Omit<Program.Cap, 'key' | 'options'>) => {
    const found = caps.get(key) ?? { ...cap(), key, options: [] }
    found.options.push(place)
    caps.set(key, found)
  }
  const byId = new Map(parties.map((party) => [party.position.id, party]))
  for (const [place, option] of options.entries()) {
    const { candidate, offer } = option
    const { asset, received, purpose } = candidate
    const [donor, receiver] = [byId.get(candidate.donor), byId.get(candidate.receiver)]
    if (donor === undefined || receiver === undefined) continue
    add(`balance:${candidate.donor}:${asset.address.toLowerCase()}`, place, () => ({
      constraint: { kind: 'balance', position: candidate.donor, asset },
      most: donor.legs.collateral.find((leg) => Legs.isSame(leg.asset.address, asset.address))?.amount ?? 0n,
      measure: 'amount',
    }))
    const market = donor.state.market
    const liquidity = donor.state.reserves.find((reserve) => Legs.isSame(reserve.asset.address, asset.address))
    const available = liquidity?.availableLiquidity
    if (market.holdsIdle !== true && typeof available === 'bigint') {
      add(`liquidity:${market.key}:${asset.address.toLowerCase()}`, place, () => ({
        constraint: { kind: 'liquidity', market: market.key, asset },
        most: available,
        measure: 'amount',
      }))
    }
    if (offer?.most !== undefined) {
      const { key, source, destination, most } = offer
      const ends = [source, destination].map((end) => `${end.chainId}:${end.asset.toLowerCase()}`)
      add(`route:${key}:${ends.join(':')}`, place, () => ({
        constraint: { kind: 'route-most', route: key, source: source.chainId, destination: destination.chainId },
        most,
        measure: 'amount',
      }))
    }
    const key = `${receiver.state.market.key}:${received.address.toLowerCase()}`
    const isIt = ({ asset: of }: { readonly asset: { readonly address: string } }) =>
      Legs.isSame(of.address, received.address)
    if (purpose === 'repay') {
      const owed = receiver.legs.debt.find(isIt)?.amount ?? 0n
      add(`owed:${candidate.receiver}:${received.address.toLowerCase()}`, place, () => ({
        constraint: { kind: 'owed', position: candidate.receiver, asset: received },
        most: less(owed, pendingTo(parameters, [candidate.receiver], received.address, 'repay')),
        measure: 'arrives',
      }))
      continue
    }
    const room = receiver.state.reserves.find(isIt)?.supplyRoom
    if (typeof room !== 'bigint') continue
    const inMarket = parameters.view.positions.filter((position) => position.market.key === receiver.state.market.key)
    add(`supply-cap:${key}`, place, () => ({
      constraint: { kind: 'supply-cap', market: receiver.state.market.key, asset: received },
      most: less(
        room,
        pendingTo(
          parameters,
          inMarket.map(({ id }) => id),
          received.address,
          'supply',
        ),
      ),
      measure: 'arrives',
    }))
  }
  return [...caps.values()]
}

function pendingTo(
  { pending = [] }: PlanMovesParameters,
  receivers: readonly string[],
  asset: string,
  purpose: 'supply' | 'repay',
): bigint {
  return pending
    .filter((move) => move.purpose === purpose && receivers.includes(move.receiver) && Legs.isSame(move.asset, asset))
    .reduce((sum, { amount }) => sum + amount, 0n)
}

function less(from: bigint, what: bigint): bigint {
  return from > what ? from - what : 0n
}
