import { decodeFunctionData, encodeFunctionData, erc20Abi, zeroHash } from 'viem'
import type { CallRequest } from '../adapter/Lending.ts'
import type { Address, Hex } from '../model/Hex.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import type { MoveAction, MoveIntent, MoveParameters, PermitRequest, SignedPermit } from './MoveIntent.ts'
import { CalldataMismatchError } from './SigningErrors.ts'

/**
 * Calldata of the router, made from an intent and read back: what is signed is compared field by field with what was
 * meant, so that whatever changed it in between is noticed before the wallet opens.
 */

const abi = collateralRouterAbi

/** By the router's `Action`. */
const actions: readonly MoveAction[] = ['supply', 'repay']

/** A move as the router's functions take it. */
export function toStruct(move: MoveParameters) {
  return { ...move, action: actions.indexOf(move.action) }
}

/** Calldata of `send`. */
export function encodeSend(move: MoveParameters): Hex {
  return encodeFunctionData({ abi, functionName: 'send', args: [toStruct(move)] })
}

/** Calldata of `sendWithGrant`, with a permit as the grant. */
export function encodeSendWithPermit(move: MoveParameters, permit: SignedPermit): Hex {
  return encodeFunctionData({ abi, functionName: 'sendWithGrant', args: [toStruct(move), toGrant(permit)] })
}

/** The token knows the nonce of a permit, and uses up what it allows: there is nothing to take back. */
function toGrant({ value, deadline, v, r, s }: SignedPermit) {
  return { value, nonce: 0n, deadline, give: { v, r, s }, takeBack: { v: 0, r: zeroHash, s: zeroHash } }
}

/** Calldata of the receipt token's `approve`. */
export function encodeApprove(spender: Address, amount: bigint): Hex {
  return encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] })
}

/**
 * Holds a call of the router against the intent: target, value, function and every field.
 *
 * @throws CalldataMismatchError naming the first field that differs.
 */
export function assertSend(call: CallRequest, intent: MoveIntent, permit?: SignedPermit): void {
  same('to', call.to, intent.source.router)
  same('value', call.value, intent.value)
  const decoded = decode(() => decodeFunctionData({ abi, data: call.data }))
  const name = permit === undefined ? 'send' : 'sendWithGrant'
  same('function', decoded.functionName, name)
  if (decoded.functionName !== 'send' && decoded.functionName !== 'sendWithGrant') return
  const [move] = decoded.args
  fields('move', move, toStruct(intent.move))
  fields('move', { id: move.id, deadline: move.deadline }, { id: intent.id, deadline: intent.deadline })
  if (decoded.functionName === 'sendWithGrant' && permit !== undefined) {
    const [, { give, takeBack, ...terms }] = decoded.args
    const wanted = toGrant(permit)
    fields('permit', terms, { value: wanted.value, nonce: wanted.nonce, deadline: wanted.deadline })
    fields('permit', give, wanted.give)
    fields('permit.takeBack', takeBack, wanted.takeBack)
    fields('permit', { value: permit.value, deadline: permit.deadline }, permitTerms(intent))
  }
  // What follows the arguments is ignored by the contract, but was not meant either.
  const canonical = permit === undefined ? encodeSend(intent.move) : encodeSendWithPermit(intent.move, permit)
  same('calldata', call.data, canonical)
}

/**
 * Holds a call of the receipt token's `approve` against the intent.
 *
 * @throws CalldataMismatchError
 */
export function assertApprove(call: CallRequest, intent: MoveIntent): void {
  const { token, amount } = intent.authorization
  same('to', call.to, token)
  same('value', call.value, 0n)
  const decoded = decode(() => decodeFunctionData({ abi: erc20Abi, data: call.data }))
  same('function', decoded.functionName, 'approve')
  if (decoded.functionName !== 'approve') return
  const [spender, allowed] = decoded.args
  same('spender', spender, intent.source.router)
  same('amount', allowed, amount)
  same('calldata', call.data, encodeApprove(intent.source.router, amount))
}

/**
 * Holds typed data against the intent before a wallet signs it: a signature for another spender would be worth the whole
 * receipt token.
 *
 * @throws CalldataMismatchError
 */
export function assertPermit({ domain, message, primaryType }: PermitRequest, intent: MoveIntent): void {
  same('primaryType', primaryType, 'Permit')
  same('domain.chainId', domain.chainId, intent.sourceChainId)
  same('domain.verifyingContract', domain.verifyingContract, intent.authorization.token)
  const terms = { owner: intent.owner, spender: intent.source.router, ...permitTerms(intent) }
  fields('permit', message, { ...terms, nonce: message.nonce })
}

/** What a permit of an intent grants, and until when. */
export function permitTerms(intent: MoveIntent): { readonly value: bigint; readonly deadline: bigint } {
  return { value: intent.authorization.amount, deadline: intent.deadline }
}

function fields<record extends object>(
  prefix: string,
  actual: record,
  expected: { readonly [key in keyof record]: unknown },
) {
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)])
  for (const key of keys) {
    same(`${prefix}.${key}`, Reflect.get(actual, key), Reflect.get(expected, key))
  }
}

/** Addresses and bytes are compared without regard to the case of their digits; everything else exactly. */
function same(field: string, actual: unknown, expected: unknown): void {
  if (normal(actual) !== normal(expected)) throw new CalldataMismatchError(field, actual, expected)
}

function normal(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('0x') ? value.toLowerCase() : value
}

function decode<decoded>(read: () => decoded): decoded {
  try {
    return read()
  } catch {
    throw new CalldataMismatchError('function', 'not decodable', 'a call of the router or its receipt token')
  }
}
