import type { Address, Authorization, LendingCall } from '@unimargin/sdk'
import { isAddress } from 'viem'
import type { Check } from '../Check.ts'
import { UnusableWorldError } from '../ConformanceErrors.ts'
import type { Observed } from '../observe.ts'
import { emptying, leftOver } from './leftOver.ts'
import { callOf, isPaid, type LendingCase, lendingCases, perform, someOf } from './lendingCases.ts'

const MOST_CASES = 8
const MOST = 2n ** 120n
const SENDER: Address = '0x5e4de5000000000000000000000000000000005e'

/**
 * Calls go to contracts of the market, bring no value that the asset is not, and come with all the authorisations that they
 * need and with none that they do not. What takes out or pays back all leaves nothing.
 */
export const calls: Check = {
  name: 'calls',
  says: 'calls are well formed, and their authorisations necessary and sufficient',
  needs: 'positions that can do something, and a world that can `send`',
  lendingOnly: true,
  run: async (observed, { tried, finding }, random, { ownersOnly = {} }) => {
    const contracts = contractsOf(observed)
    for (const one of someOf(lendingCases(observed), MOST_CASES, random)) {
      const { lending, action, owner, where, unit, name } = one
      const { amount: limit } = lending.limits[action](where)
      if (limit !== undefined && typeof limit !== 'bigint') continue
      // Not less: success need not be monotonic in the amount.
      const amount = limit ?? (unit < MOST ? unit : MOST)
      if (limit === 0n) continue
      for (const sender of [owner, SENDER]) {
        const who = sender === owner ? name : `${name} by another sender`
        const made = callOf(one, amount, sender)
        if (made.status === 'none') {
          // A protocol need not let others act; but what has a limit above zero the owner can do.
          if (sender === owner) finding(`${who}: ${amount} is possible, and there is no call for it: ${made.reason}`)
          continue
        }
        tried()
        for (const text of malformations(made.value, one, { contracts, amount, sender })) finding(`${who}: ${text}`)
        const parameters = { asset: where.asset, amount, sender, pays: isPaid(action) }
        if (sender !== owner && ownersOnly[action] !== undefined) {
          if (await isDone(observed, made.value, parameters)) finding(`${who} succeeds, although only owners can do it`)
          continue
        }
        const outcome = await perform(observed.world, made.value, parameters)
        if (outcome.status === 'refused') {
          finding(`${who}: ${amount} is refused with all its authorisations: ${outcome.reason}`)
        }
        for (const left of made.value.authorizations) {
          const others = made.value.authorizations.filter((other) => other !== left)
          const without = await perform(observed.world, { ...made.value, authorizations: others }, parameters)
          if (without.status === 'done') finding(`${who}: it succeeds without the ${left.kind} for ${left.spender}`)
        }
      }
    }
    for (const one of someOf(emptying(observed), MOST_CASES, random)) {
      const left = await leftOver(observed, one)
      if (left !== undefined) finding(`${one.name}: ${left}`)
    }
  },
}

/** Whether it succeeds. What a mocked market does not know at all does not. */
async function isDone(
  { world }: Observed,
  call: LendingCall,
  parameters: Parameters<typeof perform>[2],
): Promise<boolean> {
  try {
    return (await perform(world, call, parameters)).status === 'done'
  } catch (error) {
    if (error instanceof UnusableWorldError) return false
    throw error
  }
}

function malformations(
  { call, authorizations }: LendingCall,
  { owner }: LendingCase,
  { contracts, amount, sender }: { contracts: ReadonlySet<string>; amount: bigint; sender: Address },
): readonly string[] {
  const texts: string[] = []
  if (!isAddress(call.to, { strict: false }) || !contracts.has(call.to.toLowerCase())) {
    texts.push(`it calls ${call.to}, which is no contract of the market`)
  }
  if (!/^0x([0-9a-fA-F]{2}){4,}$/.test(call.data)) texts.push(`its calldata ${call.data} is none`)
  if (call.value !== 0n && call.value !== amount) texts.push(`it sends ${call.value} wei`)
  for (const one of authorizations) texts.push(...flaws(one, { owner, sender, amount, contracts }))
  return texts
}

function flaws(
  { kind, owner, contract, spender, amount, grant, revoke }: Authorization,
  of: { owner: Address; sender: Address; amount: bigint; contracts: ReadonlySet<string> },
): readonly string[] {
  const isOf = (a: Address, b: Address) => a.toLowerCase() === b.toLowerCase()
  return [
    ...(isOf(owner, of.owner) || isOf(owner, of.sender)
      ? []
      : [`${owner} should allow it, who has nothing to do with it`]),
    ...(isOf(grant.to, contract) && isOf(revoke.to, contract) ? [] : [`the ${kind} is not granted at ${contract}`]),
    ...(isOf(spender, of.sender) || of.contracts.has(spender.toLowerCase()) ? [] : [`${spender} is to be allowed`]),
    ...(amount === undefined || amount >= of.amount ? [] : [`only ${amount} is to be allowed`]),
    ...(grant.value === 0n && revoke.value === 0n ? [] : [`the ${kind} costs wei`]),
    ...(grant.data === revoke.data ? [`taking the ${kind} back is the same as giving it`] : []),
  ]
}

/** Whatever the adapter reads from or hands out is of the market. */
function contractsOf({ adapter, reading, state }: Observed): ReadonlySet<string> {
  return new Set(
    [
      adapter.market.id,
      ...state.calls.map(({ to }) => to),
      ...reading.state.reserves.flatMap(({ asset, collateralToken }) => [
        asset.address,
        collateralToken ?? asset.address,
      ]),
    ].map((address) => address.toLowerCase()),
  )
}
