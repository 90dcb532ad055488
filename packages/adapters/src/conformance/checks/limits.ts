import type { Address } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { difference, holdsUnknown, quantityText } from '../difference.ts'
import { finish, type Observed } from '../observe.ts'
import { callOf, isPaid, type LendingCase, lendingCases, perform, someOf } from './lendingCases.ts'

const MOST_CASES = 16
/** Where nothing limits it: more than anybody has, and less than what would be no amount. */
const PLENTY = 10n ** 6n
const MOST = 2n ** 120n

/** The chain takes exactly the limit, and refuses one unit more; what limits it has a name. */
export const limits: Check = {
  name: 'limits',
  says: 'limits are exact: the chain takes the amount, and refuses one unit more',
  needs: 'positions, and a world that can `send`',
  lendingOnly: true,
  run: async (observed, { tried, finding }, random) => {
    const isWhole = !holdsUnknown(observed.reading)
    for (const one of someOf(lendingCases(observed), MOST_CASES, random)) {
      const { lending, action, where, name, unit } = one
      const { amount, by } = lending.limits[action](where)
      if (amount !== undefined && typeof amount !== 'bigint') {
        if (isWhole) finding(`${name}: the limit is ${quantityText(amount)}, although everything is known`)
        continue
      }
      tried()
      if (amount !== undefined && by.length === 0) finding(`${name}: nobody says what limits it to ${amount}`)
      if (amount === undefined && by.length > 0) finding(`${name}: nothing limits it, and ${by.join(', ')} does`)
      const most = amount ?? (unit * PLENTY < MOST ? unit * PLENTY : MOST)
      if (most > 0n) {
        const outcome = await attempt(observed, one, most)
        if (outcome.status === 'refused') finding(`${name}: ${most} ${by.join()} is refused: ${outcome.reason}`)
      }
      if (amount === undefined) continue
      const more = await attempt(observed, one, amount + 1n)
      if (more.status === 'refused' || (await isSameAsAll(observed, one, amount, more))) continue
      finding(`${name}: ${amount} is the limit by ${by.join(', ')}, and one unit more succeeds`)
    }
  },
}

/** Does it on the chain. An action that the protocol does not have is refused. */
async function attempt(observed: Observed, one: LendingCase, amount: bigint) {
  const made = callOf(one, amount)
  if (made.status === 'none') return { status: 'refused' as const, index: 0, reason: made.reason }
  const { asset } = one.where
  const parameters = { asset, amount, sender: one.owner, pays: isPaid(one.action) }
  return perform(observed.world, made.value, parameters)
}

/**
 * Some protocols take more than is owed, and keep it or leave it: then one unit more pays back no more than all. Some lend
 * what one takes out beyond one's own: then one unit more withdraws no more than all.
 */
async function isSameAsAll(
  observed: Observed,
  one: LendingCase,
  amount: bigint,
  more: Awaited<ReturnType<typeof attempt>>,
): Promise<boolean> {
  const side = { repay: 'debt', withdraw: 'collateral', supply: undefined, borrow: undefined } as const
  const asked = side[one.action]
  if (asked === undefined || more.status === 'refused') return false
  const all = amount === 0n ? { status: 'done' as const, world: observed.world } : await attempt(observed, one, amount)
  if (all.status === 'refused') return false
  const [a, b] = await Promise.all([all, more].map(({ world }) => sideIn(observed, world, one.owner, asked)))
  return a !== undefined && difference(a, b) === undefined
}

async function sideIn(
  { adapter, metadata }: Observed,
  world: Observed['world'],
  owner: Address,
  side: 'collateral' | 'debt',
) {
  const { result } = await finish(adapter.state(metadata, [owner]), world)
  const position = result.status === 'ok' ? result.value.positions[0] : undefined
  return position?.status === 'ok' ? position.value[side] : undefined
}
