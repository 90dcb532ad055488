import { decodeFunctionData, encodeFunctionData, erc20Abi, zeroHash } from 'viem'
import type { CallRequest } from '../adapter/Lending.ts'
import type { Address, Hex } from '../model/Hex.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import type {
  MoveAction,
  MoveIntent,
  MoveParameters,
  OperatorAuthorization,
  OperatorRequest,
  PermitRequest,
  SignedOperator,
  SignedPermit,
} from './MoveIntent.ts'
import * as OperatorGrant from './OperatorGrant.ts'
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

/** What was signed for the router: a permit, or an authorisation and its end. */
export type Signed = SignedPermit | SignedOperator

/** Calldata of `sendWithGrant`. */
export function encodeSendWithGrant(move: MoveParameters, signed: Signed): Hex {
  return encodeFunctionData({ abi, functionName: 'sendWithGrant', args: [toStruct(move), toGrant(signed)] })
}

function toGrant(signed: Signed) {
  if ('takeBack' in signed) return { value: 0n, ...signed }
  const { value, deadline, v, r, s } = signed
  // The token knows the nonce of a permit, and uses up what it allows: there is nothing to take back.
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
export function assertSend(call: CallRequest, intent: MoveIntent, signed?: Signed): void {
  same('to', call.to, intent.source.router)
  same('value', call.value, intent.value)
  const decoded = decode(() => decodeFunctionData({ abi, data: call.data }))
  const name = signed === undefined ? 'send' : 'sendWithGrant'
  same('function', decoded.functionName, name)
  if (decoded.functionName !== 'send' && decoded.functionName !== 'sendWithGrant') return
  const [move] = decoded.args
  fields('move', move, toStruct(intent.move))
  fields('move', { id: move.id, deadline: move.deadline }, { id: intent.id, deadline: intent.deadline })
  if (decoded.functionName === 'sendWithGrant' && signed !== undefined) {
    const [, { give, takeBack, ...terms }] = decoded.args
    const wanted = toGrant(signed)
    fields('permit', terms, { value: wanted.value, nonce: wanted.nonce, deadline: wanted.deadline })
    fields('permit', give, wanted.give)
    fields('permit.takeBack', takeBack, wanted.takeBack)
    fields('permit', { value: terms.value, deadline: terms.deadline }, permitTerms(intent))
  }
  // What follows the arguments is ignored by the contract, but was not meant either.
  const canonical = signed === undefined ? encodeSend(intent.move) : encodeSendWithGrant(intent.move, signed)
  same('calldata', call.data, canonical)
}

/**
 * Holds the owner's own call that allows the router something against the intent.
 *
 * @throws CalldataMismatchError
 */
export function assertApprove(call: CallRequest, intent: MoveIntent): void {
  const { authorization } = intent
  if (authorization.kind !== 'erc20') {
    assertOperatorCall(call, intent, authorization, true)
    return
  }
  const { token, amount } = authorization
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
 * Holds the owner's own call that ends an authorisation against the intent.
 *
 * @throws CalldataMismatchError
 */
export function assertRevoke(call: CallRequest, intent: MoveIntent): void {
  const { authorization } = intent
  if (authorization.kind === 'erc20')
    throw new CalldataMismatchError('revoke', 'a call', 'none: an allowance is used up')
  assertOperatorCall(call, intent, authorization, false)
}

function assertOperatorCall(
  call: CallRequest,
  { source: { router } }: MoveIntent,
  authorization: OperatorAuthorization,
  isGiven: boolean,
): void {
  same('to', call.to, authorization.contract)
  same('value', call.value, 0n)
  same('calldata', call.data, OperatorGrant.encode(authorization, router, isGiven))
}

/**
 * Holds both typed data against the intent before a wallet signs them: a signature for another operator would be worth
 * everything that the owner has there, and so would one that is not followed by its end.
 *
 * @throws CalldataMismatchError
 */
export function assertOperator({ give, takeBack }: OperatorRequest, intent: MoveIntent): void {
  const { authorization } = intent
  if (authorization.kind === 'erc20') throw new CalldataMismatchError('kind', 'an operator', authorization.kind)
  const { nonce } = give.message
  for (const [name, { domain, message, primaryType }, isGiven] of [
    ['give', give, true],
    ['takeBack', takeBack, false],
  ] as const) {
    same(`${name}.primaryType`, primaryType, 'Authorization')
    same(`${name}.domain.chainId`, domain.chainId, intent.sourceChainId)
    same(`${name}.domain.verifyingContract`, domain.verifyingContract, authorization.contract)
    fields(name, message, OperatorGrant.messageOf(authorization, intent, isGiven, isGiven ? nonce : nonce + 1n))
  }
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
  const { authorization } = intent
  same('kind', authorization.kind, 'erc20')
  if (authorization.kind !== 'erc20') return
  same('domain.verifyingContract', domain.verifyingContract, authorization.token)
  const terms = { owner: intent.owner, spender: intent.source.router, ...permitTerms(intent) }
  fields('permit', message, { ...terms, nonce: message.nonce })
}

/** What a permit of an intent grants, and until when. An operator is not for an amount. */
export function permitTerms({ authorization, deadline }: MoveIntent): {
  readonly value: bigint
  readonly deadline: bigint
} {
  return { value: authorization.kind === 'erc20' ? authorization.amount : 0n, deadline }
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
