import { decodeFunctionData, encodeFunctionData, erc20Abi } from 'viem'
import type { CallRequest } from '../../adapter/Lending.ts'
import type { Address } from '../../model/Hex.ts'
import type { MoveCall } from '../MoveIntent.ts'
import { CalldataMismatchError } from '../SigningErrors.ts'
import type { DirectPlan } from './DirectPlan.ts'
import * as DirectTerms from './DirectTerms.ts'
import type { ArrivalStep, DirectStep } from './DirectTrail.ts'
import { oftAbi, wrappedAbi } from './oftAbi.ts'

/** The owner's own calls of a direct move, in their order, and read back: what is signed is what was meant. */

export type DirectCall<step extends string = DirectStep> = { readonly step: step; readonly call: MoveCall }

export type SourceTerms = Pick<
  DirectTerms.DirectTerms,
  'isNative' | 'needsApproval' | 'needsReset' | 'extraOptions'
> & {
  readonly owner: Address
  readonly recipient: Address
  /** Wei for the message. */
  readonly value: bigint
}

/** What is sent on the source chain. */
export function ofSource(plan: DirectPlan, withdraw: CallRequest, terms: SourceTerms): readonly DirectCall[] {
  const { chainId, asset, oft } = plan.source
  const { amount } = plan
  const call = (step: DirectStep, request: CallRequest): DirectCall => ({ step, call: { chainId, ...request } })
  const own = (data: CallRequest['data']) => ({ to: asset.address, data, value: 0n })
  const param = DirectTerms.sendParam(plan, terms)
  const fee = { nativeFee: terms.value, lzTokenFee: 0n }
  const data = encodeFunctionData({ abi: oftAbi, functionName: 'send', args: [param, fee, terms.owner] })
  return [
    call('withdraw', withdraw),
    ...(terms.isNative
      ? [call('unwrap', own(encodeFunctionData({ abi: wrappedAbi, functionName: 'withdraw', args: [amount] })))]
      : []),
    ...(terms.needsReset ? [call('reset', own(approval(oft, 0n)))] : []),
    ...(terms.needsApproval ? [call('approve', own(approval(oft, amount)))] : []),
    call('send', { to: oft, data, value: terms.value + (terms.isNative ? amount : 0n) }),
  ]
}

/** What is sent on the destination chain: exactly what has arrived is allowed, and nothing stays allowed. */
export function ofArrival(
  { chainId, asset }: Where,
  settle: { readonly step: 'supply' | 'repay'; readonly call: CallRequest; readonly spender: Address | undefined },
  terms: {
    /** Base units that have come. */
    readonly arrived: bigint
    /** Base units that the market may take. */
    readonly allowed: bigint
    readonly isNative: boolean
    /** Base units that it may take already. */
    readonly allowance: bigint
    /** Whether it may take less. */
    readonly isUpTo: boolean
    /** Whether that was allowed by an earlier run of this move. */
    readonly isOurs: boolean
  },
): readonly DirectCall<ArrivalStep>[] {
  const call = (step: ArrivalStep, request: CallRequest) => ({ step, call: { chainId, ...request } })
  const own = (data: CallRequest['data']) => ({ to: asset, data, value: 0n })
  const { spender } = settle
  const { arrived, allowed, allowance, isNative } = terms
  const approves = allowance < allowed
  const mayStay = terms.isUpTo || allowance > allowed
  // More than has arrived was allowed by somebody else.
  const isOurs = terms.isOurs && allowance <= arrived
  return [
    ...(isNative ? [call('wrap', wrapping(asset, arrived))] : []),
    ...(spender !== undefined && approves && allowance > 0n ? [call('reset', own(approval(spender, 0n)))] : []),
    ...(spender !== undefined && approves ? [call('approve', own(approval(spender, allowed)))] : []),
    call(settle.step, settle.call),
    ...(spender !== undefined && mayStay && (approves || isOurs) ? [revocation({ chainId, asset }, spender)] : []),
  ]
}

/** What turns coins into so much of the wrapped coin. */
export function wrapping(asset: Address, amount: bigint): CallRequest {
  return { to: asset, data: encodeFunctionData({ abi: wrappedAbi, functionName: 'deposit' }), value: amount }
}

/** What takes an allowance back. */
export function revocation({ chainId, asset }: Where, spender: Address): DirectCall<'revoke'> {
  return { step: 'revoke', call: { chainId, to: asset, data: approval(spender, 0n), value: 0n } }
}

type Where = { readonly chainId: number; readonly asset: Address }

function approval(spender: Address, amount: bigint) {
  return encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] })
}

/**
 * Holds calls against those that were meant: as many, in the same order, the same target, value and data; and what `send` and
 * `approve` say against the plan, decoded.
 *
 * @throws CalldataMismatchError naming the first field that differs.
 */
export function assertSame(calls: readonly DirectCall<string>[], meant: readonly DirectCall<string>[]): void {
  same('calls', calls.map(({ step }) => step).join(', '), meant.map(({ step }) => step).join(', '))
  for (const [index, { step, call }] of calls.entries()) {
    const other = meant[index]?.call
    for (const field of ['chainId', 'to', 'value', 'data'] as const)
      same(`${step}.${field}`, call[field], other?.[field])
  }
}

/** Reads `send` and `approve` back. @throws CalldataMismatchError */
export function assertSource(
  calls: readonly DirectCall[],
  plan: Pick<DirectPlan, 'amount' | 'minAmount' | 'source' | 'destination'>,
  { owner, recipient, value, extraOptions, isNative }: SourceTerms,
): void {
  const { oft, asset, chainId } = plan.source
  for (const { step, call } of calls) {
    same(`${step}.chainId`, call.chainId, chainId)
    if (step === 'send') {
      same('send.to', call.to, oft)
      same('send.value', call.value, value + (isNative ? plan.amount : 0n))
      const { functionName, args } = decoded(() => decodeFunctionData({ abi: oftAbi, data: call.data }))
      same('send.function', functionName, 'send')
      if (functionName !== 'send') return
      const [param, fee, refund] = args
      const meant = DirectTerms.sendParam(plan, { recipient, extraOptions })
      for (const [field, expected] of Object.entries(meant)) same(`send.${field}`, Reflect.get(param, field), expected)
      same('send.nativeFee', fee.nativeFee, value)
      same('send.lzTokenFee', fee.lzTokenFee, 0n)
      same('send.refundAddress', refund, owner)
    }
    if (step === 'approve' || step === 'reset') {
      same(`${step}.to`, call.to, asset.address)
      same(`${step}.value`, call.value, 0n)
      const { functionName, args } = decoded(() => decodeFunctionData({ abi: erc20Abi, data: call.data }))
      same(`${step}.function`, functionName, 'approve')
      same(`${step}.spender`, args?.[0], oft)
      same(`${step}.amount`, args?.[1], step === 'approve' ? plan.amount : 0n)
    }
  }
}

function decoded<value>(read: () => value): value {
  try {
    return read()
  } catch {
    throw new CalldataMismatchError('function', 'not decodable', 'a call of the OFT or of its token')
  }
}

function same(field: string, actual: unknown, expected: unknown): void {
  const normal = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value)
  if (normal(actual) !== normal(expected)) throw new CalldataMismatchError(field, actual, expected)
}
