import { decodeFunctionData, encodeFunctionData, erc20Abi, type Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { lendingOf, POOL } from '../../../../../test/fixtures/lending.ts'
import {
  adapter,
  DONOR_CHAIN,
  ETH,
  owner,
  RECEIVER_CHAIN,
  router,
  WAD,
  world,
} from '../../../../../test/fixtures/moves.ts'
import * as DirectCalls from './DirectCalls.ts'
import * as DirectTerms from './DirectTerms.ts'
import { oftAbi, wrappedAbi } from './oftAbi.ts'
import { planDirectMove } from './planDirectMove.ts'

const { context, ...places } = world()
const adapters = [DONOR_CHAIN, RECEIVER_CHAIN].map((chainId) => ({ ...adapter(chainId), lending: lendingOf() }))
const wanted = { ...places, asset: 'WETH', amount: 2n * ETH, donorFloor: WAD }
const plan = planDirectMove({ ...context, adapters }, wanted)
if (plan.status !== 'plan') throw new TypeError(plan.status)
const { source, destination } = plan
const withdraw = { to: POOL, data: '0x1234', value: 0n } as const
const terms: DirectCalls.SourceTerms = {
  owner,
  recipient: router,
  value: 7n,
  isNative: false,
  needsApproval: true,
  needsReset: false,
  extraOptions: DirectTerms.receiveOptions(),
}
const calls = DirectCalls.ofSource(plan, withdraw, terms)
const native = { ...terms, isNative: true, needsApproval: false }
const sendOf = (all: readonly DirectCalls.DirectCall[]) => {
  const last = all.at(-1)
  if (last?.step !== 'send') throw new TypeError('it ends by sending')
  return last.call
}
const inPlaceOf = (step: string, changes: object) =>
  calls.map((one) => (one.step === step ? { ...one, call: { ...one.call, ...changes } } : one))

describe('ofSource', () => {
  test('default', () => {
    expect(calls.map(({ step, call }) => [step, call.chainId, call.to, call.value])).toEqual([
      ['withdraw', DONOR_CHAIN, POOL, 0n],
      ['approve', DONOR_CHAIN, source.asset.address, 0n],
      ['send', DONOR_CHAIN, source.oft, 7n],
    ])
    const { args } = decodeFunctionData({ abi: oftAbi, data: sendOf(calls).data })
    expect(args).toEqual([
      {
        dstEid: destination.eid,
        to: `0x${'0'.repeat(24)}${router.slice(2).toLowerCase()}`,
        amountLD: plan.amount,
        minAmountLD: plan.minAmount,
        // Type 3; executor; lzReceive with 150,000 gas.
        extraOptions: `0x000301001101${(150_000).toString(16).padStart(32, '0')}`,
        composeMsg: '0x',
        oftCmd: '0x',
      },
      { nativeFee: 7n, lzTokenFee: 0n },
      owner,
    ])
    DirectCalls.assertSource(calls, plan, terms)
  })

  test('behavior: what is carried as coins is unwrapped, and sent with the fee', () => {
    const all = DirectCalls.ofSource(plan, withdraw, native)
    expect(all.map(({ step }) => step)).toEqual(['withdraw', 'unwrap', 'send'])
    const { functionName, args } = decodeFunctionData({ abi: wrappedAbi, data: all[1]?.call.data ?? '0x' })
    expect([functionName, args, all[1]?.call.to]).toEqual(['withdraw', [plan.amount], source.asset.address])
    expect(sendOf(all).value).toBe(plan.amount + 7n)
    DirectCalls.assertSource(all, plan, native)
  })

  test('behavior: without an approval where none is needed', () => {
    const all = DirectCalls.ofSource(plan, withdraw, { ...terms, needsApproval: false })
    expect(all.map(({ step }) => step)).toEqual(['withdraw', 'send'])
  })
})

describe('assertSource', () => {
  const [param, fee, refund] = decodeFunctionData({ abi: oftAbi, data: sendOf(calls).data }).args as readonly [
    ReturnType<typeof DirectTerms.sendParam>,
    { readonly nativeFee: bigint; readonly lzTokenFee: bigint },
    Hex,
  ]
  const sent = (changes: object, fees: object = {}, to: Hex = refund) => ({
    data: encodeFunctionData({
      abi: oftAbi,
      functionName: 'send',
      args: [{ ...param, ...changes }, { ...fee, ...fees }, to],
    }),
  })
  const approval = (spender: Hex, amount: bigint) => ({
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] }),
  })

  test.each([
    ['send.to', 'send', { to: POOL }],
    ['send.chainId', 'send', { chainId: 1 }],
    ['send.value', 'send', { value: 8n }],
    ['send.dstEid', 'send', sent({ dstEid: 1 })],
    ['send.to', 'send', sent({ to: `0x${'11'.repeat(32)}` })],
    ['send.amountLD', 'send', sent({ amountLD: 1n })],
    ['send.minAmountLD', 'send', sent({ minAmountLD: 1n })],
    ['send.extraOptions', 'send', sent({ extraOptions: '0x0003' })],
    ['send.composeMsg', 'send', sent({ composeMsg: '0x01' })],
    ['send.oftCmd', 'send', sent({ oftCmd: '0x01' })],
    ['send.nativeFee', 'send', sent({}, { nativeFee: 8n })],
    ['send.lzTokenFee', 'send', sent({}, { lzTokenFee: 1n })],
    ['send.refundAddress', 'send', sent({}, {}, POOL)],
    ['function', 'send', { data: '0x12345678' }],
    ['approve.to', 'approve', { to: POOL }],
    ['approve.value', 'approve', { value: 1n }],
    ['approve.spender', 'approve', approval(POOL, plan.amount)],
    ['approve.amount', 'approve', approval(source.oft, plan.amount + 1n)],
    ['withdraw.chainId', 'withdraw', { chainId: 1 }],
  ] as const)('error: CalldataMismatchError of %s (%#)', (field, step, changes) => {
    expect(() => DirectCalls.assertSource(inPlaceOf(step, changes), plan, terms)).toThrowError(
      expect.objectContaining({ name: 'CalldataMismatchError', field }),
    )
  })
})

describe('assertSame', () => {
  test('default', () => {
    DirectCalls.assertSame(calls, calls)
    for (const changes of [{ to: router }, { value: 1n }, { data: '0x99' }, { chainId: 1 }]) {
      const [name] = Object.keys(changes)
      expect(() => DirectCalls.assertSame(inPlaceOf('withdraw', changes), calls)).toThrowError(
        expect.objectContaining({ name: 'CalldataMismatchError', field: `withdraw.${name}` }),
      )
    }
    expect(() => DirectCalls.assertSame(calls.slice(1), calls)).toThrowError(
      expect.objectContaining({ field: 'calls' }),
    )
  })
})

describe('ofArrival', () => {
  const where = { chainId: RECEIVER_CHAIN, asset: destination.asset.address }
  const settle = { step: 'supply', call: withdraw, spender: POOL } as const
  const usual = { arrived: 5n, allowed: 5n, isNative: false, allowance: 0n, isUpTo: false, isOurs: false }

  test('default', () => {
    const all = DirectCalls.ofArrival(where, settle, usual)
    expect(all.map(({ step }) => step)).toEqual(['approve', 'supply'])
    expect(decodeFunctionData({ abi: erc20Abi, data: all[0]?.call.data ?? '0x' }).args).toEqual([POOL, 5n])
  })

  test('behavior: coins are wrapped, and what may stay allowed is taken back', () => {
    const all = DirectCalls.ofArrival(where, { ...settle, step: 'repay' }, { ...usual, isNative: true, isUpTo: true })
    expect(all.map(({ step, call }) => [step, call.value])).toEqual([
      ['wrap', 5n],
      ['approve', 0n],
      ['repay', 0n],
      ['revoke', 0n],
    ])
    expect(decodeFunctionData({ abi: erc20Abi, data: all[3]?.call.data ?? '0x' }).args).toEqual([POOL, 0n])
  })

  test('behavior: what is allowed already, and what needs no leave', () => {
    const steps = (...[of, more]: [Parameters<typeof DirectCalls.ofArrival>[1], object]) =>
      DirectCalls.ofArrival(where, of, { ...usual, ...more }).map(({ step }) => step)
    expect(steps(settle, { allowance: 5n, isUpTo: true })).toEqual(['supply'])
    expect(steps(settle, { allowance: 9n })).toEqual(['supply'])
    expect(steps({ ...settle, spender: undefined }, {})).toEqual(['supply'])
  })

  test('behavior: what an earlier run allowed is taken back, whoever finishes', () => {
    const steps = (more: object) => DirectCalls.ofArrival(where, settle, { ...usual, ...more }).map(({ step }) => step)
    expect(steps({ allowance: 5n, isOurs: true })).toEqual(['supply'])
    expect(steps({ allowance: 5n, isOurs: true, isUpTo: true })).toEqual(['supply', 'revoke'])
    expect(steps({ allowance: 9n, isOurs: true, arrived: 9n })).toEqual(['supply', 'revoke'])
    // More than has arrived was allowed by somebody else.
    expect(steps({ allowance: 9n, isOurs: true })).toEqual(['supply'])
    expect(steps({ allowance: 9n, isOurs: true, isUpTo: true })).toEqual(['supply'])
  })

  test('behavior: what is allowed too little of is taken back first, as some tokens demand', () => {
    const all = DirectCalls.ofArrival(where, settle, { ...usual, allowance: 1n })
    expect(all.map(({ step }) => step)).toEqual(['reset', 'approve', 'supply'])
    expect(decodeFunctionData({ abi: erc20Abi, data: all[0]?.call.data ?? '0x' }).args).toEqual([POOL, 0n])
    const first = DirectCalls.ofSource(plan, withdraw, { ...terms, needsReset: true })
    expect(first.map(({ step }) => step)).toEqual(['withdraw', 'reset', 'approve', 'send'])
    DirectCalls.assertSource(first, plan, terms)
    const [, , approve] = first
    const changed = first.map((one) => (one.step === 'reset' ? { ...one, call: approve?.call ?? one.call } : one))
    expect(() => DirectCalls.assertSource(changed, plan, terms)).toThrowError(
      expect.objectContaining({ field: 'reset.amount' }),
    )
  })
})
