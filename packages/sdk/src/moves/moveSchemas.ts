import * as z from 'zod/mini'
import { FLAG_KINDS } from '../model/Flag.ts'
import type { Address, Hex } from '../model/Hex.ts'
import * as RouteReason from './route/RouteReason.ts'

/** What restored steps of a move must look like. Functions, because importing the package does no work. */

const MAX_UINT32 = 2 ** 32 - 1

const pattern = (expression: RegExp) => (value: unknown) => typeof value === 'string' && expression.test(value)

export const hash = () => z.custom<Hex>(pattern(/^0x[0-9a-fA-F]{64}$/), 'not 32 bytes')
export const bytes = () => z.custom<Hex>(pattern(/^0x([0-9a-fA-F]{2})*$/), 'not bytes')
export const address = () => z.custom<Address>(pattern(/^0x[0-9a-fA-F]{40}$/), 'not an address')
export const chainId = () => z.int().check(z.minimum(1))
export const eid = () => z.int().check(z.minimum(1), z.maximum(MAX_UINT32))
export const uint = (bits: bigint) => z.bigint().check(z.minimum(0n), z.maximum(2n ** bits - 1n))

const text = () => z.string().check(z.maxLength(1_000))

function asset() {
  return z.strictObject({
    chainId: chainId(),
    address: address(),
    symbol: text(),
    decimals: z.int().check(z.minimum(0), z.maximum(77)),
  })
}

function block() {
  return z.strictObject({ chainId: chainId(), number: uint(64n), timestamp: uint(64n) })
}

function quantity() {
  return z.union([uint(256n), unknownQuantity()])
}

function unknownQuantity() {
  const issue = z.strictObject({
    kind: z.enum(['reverted', 'unavailable', 'disputed']),
    chainId: chainId(),
    market: z.optional(text()),
    owner: z.optional(address()),
    path: text(),
    reason: text(),
  })
  return z.strictObject({ status: z.literal('unknown'), issues: z.array(issue) })
}

function simulation() {
  const by = z.enum(['eth_simulateV1', 'eth_call'])
  const end = z.union([
    z.strictObject({ simulated: z.literal('yes'), by, accepted: z.optional(text()) }),
    z.strictObject({ simulated: z.literal('no'), reason: text() }),
  ])
  return z.strictObject({ source: end, destination: end })
}

function health() {
  return z.union([
    z.strictObject({ status: z.literal('no-debt') }),
    z.strictObject({ status: z.literal('known'), factor: uint(512n) }),
  ])
}

function plannedPosition() {
  return z.strictObject({
    id: text(),
    market: z.strictObject({ key: text(), protocol: text(), chainId: chainId(), id: bytes(), name: text() }),
    block: block(),
    health: z.strictObject({ before: health(), inFlight: health(), after: health(), atArrival: health() }),
  })
}

function plannedEnd() {
  return z.strictObject({
    chainId: chainId(),
    eid: eid(),
    endpoint: address(),
    router: address(),
    market: address(),
    marketId: z.optional(hash()),
    asset: asset(),
    oft: address(),
    nativePrice: quantity(),
  })
}

function planFields() {
  return {
    status: z.literal('plan'),
    owner: address(),
    donor: plannedPosition(),
    receiver: plannedPosition(),
    purpose: action(),
    route: text(),
    source: plannedEnd(),
    destination: plannedEnd(),
    amount: uint(128n),
    minAmount: uint(128n),
    received: uint(128n),
    excess: uint(128n),
    dust: uint(128n),
    price: uint(256n),
    target: z.optional(uint(256n)),
    donorFloor: uint(256n),
    acceptedFlags: z.array(z.enum(FLAG_KINDS)),
    slack: z.strictObject({ seconds: uint(64n) }),
    underWay: z.array(hash()),
  }
}

function plan() {
  return z.strictObject({
    ...planFields(),
    authorization: z.union([
      z.strictObject({ ...allowance(), permit: z.optional(z.strictObject({ name: text(), version: text() })) }),
      ...operators(),
    ]),
    gas: z.strictObject({ delivery: uint(128n), supply: uint(128n) }),
  })
}

const action = () => z.enum(['supply', 'repay'])

const allowance = () => ({ kind: z.literal('erc20'), token: address(), amount: uint(256n) })

const operators = () =>
  [
    z.strictObject({ kind: z.literal('morpho-authorization'), contract: address() }),
    z.strictObject({ kind: z.literal('comet-allow'), contract: address() }),
  ] as const

/** A quote with its plan. */
export function quote() {
  const cost = { amount: uint(256n), value: uint(256n) }
  const gas = { ...cost, units: uint(64n), price: uint(128n) }
  return z.strictObject({
    status: z.literal('quote'),
    plan: plan(),
    owner: address(),
    recovery: address(),
    deadline: uint(64n),
    expiresAt: uint(64n),
    value: uint(256n),
    amountSent: uint(128n),
    amountReceived: uint(128n),
    minimumReceived: uint(128n),
    costs: z.strictObject({
      messagingFee: z.strictObject(cost),
      sourceGas: z.strictObject({ ...gas, basis: z.enum(['simulated', 'estimated', 'stated']) }),
      destinationGas: z.strictObject({ ...gas, paidBy: z.literal('messaging-fee') }),
      dust: z.strictObject(cost),
      l1DataFee: z.union([z.strictObject(cost), unknownQuantity()]),
      transferFee: z.strictObject(cost),
      slippage: z.strictObject(cost),
      waiting: z.strictObject({ seconds: uint(64n), value: uint(256n) }),
    }),
    simulation: simulation(),
    acceptArrival: z.array(text()),
    route: z.strictObject({
      grade: z.enum(['A', 'B', 'refused', 'unknown']),
      doubts: z.array(
        z.strictObject({
          kind: z.custom<RouteReason.RouteReasonKind>(
            (value) => RouteReason.kinds().includes(String(value)),
            'no doubt',
          ),
          side: z.enum(['source', 'destination']),
        }),
      ),
      accepted: z.array(
        z.custom<RouteReason.AcceptableRouteReason>(
          (value) => RouteReason.isAcceptable(String(value)),
          'not acceptable',
        ),
      ),
    }),
    total: quantity(),
    totalKnown: uint(256n),
    block: block(),
  })
}

function trackedFields() {
  const end = z.strictObject({ eid: eid(), endpoint: address(), router: address(), oft: address() })
  return {
    version: z.literal(1),
    id: hash(),
    owner: address(),
    sourceChainId: chainId(),
    destinationChainId: chainId(),
    deadline: uint(64n),
    source: end,
    destination: end,
    hash: z.optional(hash()),
    transaction: z.optional(z.strictObject({ from: address(), nonce: uint(64n) })),
    minedIn: z.optional(uint(64n)),
    guid: z.optional(hash()),
    nonce: z.optional(uint(64n)),
    direct: z.optional(directTrail()),
  }
}

/** What a wallet calls a batch. */
const label = () => z.string().check(z.maxLength(8_300))

function directTrail() {
  const hashes = (...steps: readonly string[]) =>
    z.strictObject(Object.fromEntries(steps.map((step) => [step, z.optional(hash())])))
  const handed = <const step extends string>(...steps: readonly step[]) =>
    z.optional(
      z.strictObject({
        step: z.enum(steps),
        nonce: uint(64n),
        since: uint(64n),
        isNamed: z.optional(z.boolean()),
        isPlaced: z.optional(z.boolean()),
      }),
    )
  return z.strictObject({
    purpose: action(),
    receiver: z.optional(text()),
    recipient: address(),
    assets: z.strictObject({ source: address(), destination: address() }),
    amount: uint(256n),
    done: hashes('withdraw', 'unwrap', 'reset', 'approve'),
    batch: z.optional(label()),
    handed: handed('withdraw', 'unwrap', 'reset', 'approve', 'send'),
    received: received(),
    arrival: z.optional(
      z.strictObject({
        done: hashes('wrap', 'reset', 'approve', 'supply', 'repay', 'revoke'),
        batch: z.optional(label()),
        handed: handed('wrap', 'reset', 'approve', 'supply', 'repay', 'revoke'),
        market: address(),
        call: z.optional(bytes()),
        spender: z.optional(address()),
        hash: z.optional(hash()),
      }),
    ),
  })
}

const received = () => z.optional(z.strictObject({ amount: uint(256n), block: uint(64n) }))

/** What a journal's records tell of a move after the first; whatever else they hold is dropped. */
export function learnt() {
  const { hash, transaction, minedIn, guid, nonce, direct } = trackedFields()
  const kept = { received: received(), raw: z.optional(bytes()), batch: z.optional(label()) }
  return z.object({ hash, transaction, minedIn, guid, nonce, direct, ...kept })
}

/** A move that can be tracked; what else an intent holds is dropped. */
export function trackedMove() {
  return z.object(trackedFields())
}

function intent() {
  return z.strictObject({
    ...trackedFields(),
    move: z.strictObject({
      id: hash(),
      market: address(),
      marketId: hash(),
      asset: address(),
      amount: uint(256n),
      minAmount: uint(256n),
      minHealthFactor: uint(256n),
      dstEid: eid(),
      action: action(),
      dstMarket: address(),
      dstMarketId: hash(),
      recovery: address(),
      deadline: uint(64n),
      deliveryGas: uint(128n),
      settleGas: uint(128n),
    }),
    value: uint(256n),
    authorization: z.union([z.strictObject(allowance()), ...operators()]),
  })
}

function operatorData() {
  const terms = { nonce: uint(256n) }
  return z.strictObject({
    domain: z.strictObject({
      name: z.optional(text()),
      version: z.optional(text()),
      chainId: chainId(),
      verifyingContract: address(),
    }),
    types: z.strictObject({ Authorization: z.array(z.strictObject({ name: text(), type: text() })) }),
    primaryType: z.literal('Authorization'),
    message: z.union([
      z.strictObject({
        ...terms,
        authorizer: address(),
        authorized: address(),
        isAuthorized: z.boolean(),
        deadline: uint(256n),
      }),
      z.strictObject({
        ...terms,
        owner: address(),
        manager: address(),
        isAllowed: z.boolean(),
        expiry: uint(256n),
      }),
    ]),
  })
}

const call = () => z.strictObject({ chainId: chainId(), to: address(), data: bytes(), value: uint(256n) })

/** A direct move whose calls are ready to be signed. */
export function preparedDirect() {
  const step = z.enum(['withdraw', 'unwrap', 'reset', 'approve', 'send'])
  return z.strictObject({
    intent: z.strictObject({ ...trackedFields(), direct: directTrail() }),
    plan: z.strictObject({
      ...planFields(),
      way: z.literal('direct'),
      risks: z.array(z.enum(['floor-unchecked', 'partly-done', 'backs-nothing-until-supplied'])),
    }),
    calls: z.array(z.strictObject({ step, call: call() })),
    value: uint(256n),
    isSimulated: z.boolean(),
  })
}

/** A move that is ready to be signed. */
export function prepared() {
  const permit = z.strictObject({
    domain: z.strictObject({ name: text(), version: text(), chainId: chainId(), verifyingContract: address() }),
    types: z.strictObject({ Permit: z.array(z.strictObject({ name: text(), type: text() })) }),
    primaryType: z.literal('Permit'),
    message: z.strictObject({
      owner: address(),
      spender: address(),
      value: uint(256n),
      nonce: uint(256n),
      deadline: uint(256n),
    }),
  })
  return z.union([
    z.strictObject({ approval: z.literal('none'), intent: intent(), simulation: simulation(), call: call() }),
    z.strictObject({
      approval: z.literal('approve'),
      intent: intent(),
      simulation: simulation(),
      approve: call(),
      call: call(),
      revoke: z.optional(call()),
    }),
    z.strictObject({ approval: z.literal('permit'), intent: intent(), simulation: simulation(), permit }),
    z.strictObject({
      approval: z.literal('grant'),
      intent: intent(),
      simulation: simulation(),
      grant: z.strictObject({ give: operatorData(), takeBack: operatorData() }),
    }),
  ])
}
