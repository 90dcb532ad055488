import { concatHex, erc20Abi, numberToHex, padHex, zeroAddress } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { Route } from '../../model/Route.ts'
import * as Read from '../../reads/Read.ts'
import { DELIVERY_GAS } from '../MoveGas.ts'
import * as RouteReads from '../route/RouteReads.ts'
import type { DirectPlan } from './DirectPlan.ts'
import { oftAbi } from './oftAbi.ts'

/** What the OFT, or the pool, says about a transfer of the owner's own. */
export type DirectTerms = {
  /** Whether it carries the chain's coin, and not its wrapped form. */
  readonly isNative: boolean
  /** Whether the owner has to allow it the amount. */
  readonly needsApproval: boolean
  /** Whether it is allowed something else, which some tokens want to be taken back before. */
  readonly needsReset: boolean
  /** What delivery is paid for, where the app has not fixed that itself. */
  readonly extraOptions: Hex
  /** Wei for the message. */
  readonly fee: bigint
  /** Base units at the source that would be debited, and that would be credited, in decimals of the source. */
  readonly sent: bigint
  readonly received: bigint
}

/** A message that only transfers; with a compose it is 2. */
const PLAIN = 1

/** What `send` and `quoteSend` take. At least the plan's minimum has to arrive, at once, with nothing to run there. */
export function sendParam(
  plan: Pick<DirectPlan, 'amount' | 'minAmount' | 'destination'>,
  { recipient, extraOptions }: { readonly recipient: Address; readonly extraOptions: Hex },
) {
  return {
    dstEid: plan.destination.eid,
    to: padHex(recipient, { size: 32 }),
    amountLD: plan.amount,
    minAmountLD: plan.minAmount,
    extraOptions,
    composeMsg: '0x',
    oftCmd: '0x',
  } as const
}

/** Reads them, with the fee of a transfer to an account. */
export function read(plan: DirectPlan, { kind, owner, recipient }: Parties): Read.Read<DirectTerms> {
  const { oft: to, asset } = plan.source
  const { eid } = plan.destination
  const oft = { to, abi: oftAbi } as const
  const facts = Read.all([
    Read.call({ ...oft, functionName: 'token' }),
    Read.settle(Read.call({ ...oft, functionName: 'approvalRequired' })),
    kind === 'stargate'
      ? Read.succeed(undefined)
      : Read.settle(Read.call({ ...oft, functionName: 'enforcedOptions', args: [eid, PLAIN] })),
    Read.call({ to: asset.address, abi: erc20Abi, functionName: 'allowance', args: [owner, to] }),
  ])
  return Read.andThen(facts, ([token, approval, enforced, allowance]) => {
    const isNative = token === zeroAddress
    const isFixed = enforced === undefined || (enforced.status === 'ok' && enforced.value.length > 6)
    const extraOptions = isFixed ? '0x' : receiveOptions()
    const args = [sendParam(plan, { recipient, extraOptions }), false] as const
    // Who does not say whether it needs one may need it.
    const needsApproval = !isNative && (approval.status !== 'ok' || approval.value) && allowance < plan.amount
    return Read.map(
      Read.all([Read.call({ ...oft, functionName: 'quoteSend', args }), RouteReads.terms(to, eid, plan.amount)]),
      ([{ nativeFee }, [, , { amountSentLD, amountReceivedLD }]]) => ({
        isNative,
        needsApproval,
        needsReset: needsApproval && allowance > 0n,
        extraOptions,
        fee: nativeFee,
        sent: amountSentLD,
        received: amountReceivedLD,
      }),
    )
  })
}

type Parties = { readonly kind: Route['kind']; readonly owner: Address; readonly recipient: Address }

/** Options of type 3: gas for `lzReceive`, to be paid to the executor. */
export function receiveOptions(): Hex {
  const [executor, receive] = ['0x01', '0x01'] as const
  return concatHex(['0x0003', executor, '0x0011', receive, numberToHex(DELIVERY_GAS, { size: 16 })])
}
