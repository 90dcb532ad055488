import { concat, encodeFunctionData, erc20Abi, pad } from 'viem'
import { describe, expect, test } from 'vitest'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { MoveIntent, MoveParameters, SignedPermit } from './MoveIntent.ts'

const address = (tail: string) => pad(`0x${tail}`, { size: 20 })
const hash = (tail: string) => pad(`0x${tail}`, { size: 32 })
const end = { eid: 30_010, endpoint: address('e0'), router: address('f0'), oft: address('f1') }

const move: MoveParameters = {
  id: hash('1d'),
  market: address('aa'),
  marketId: hash('00'),
  asset: address('e1'),
  amount: 10n ** 18n,
  minAmount: 10n ** 18n,
  minHealthFactor: 15n * 10n ** 17n,
  dstEid: 30_020,
  action: 'supply',
  dstMarket: address('bb'),
  dstMarketId: hash('00'),
  recovery: address('00'),
  deadline: 1_700_001_200n,
  deliveryGas: 200_000n,
  settleGas: 400_000n,
}

const intent: MoveIntent = {
  version: 1,
  id: move.id,
  owner: address('a1'),
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: move.deadline,
  source: end,
  destination: { ...end, eid: 30_020 },
  move,
  value: 10n ** 15n,
  authorization: { kind: 'erc20', token: address('ae'), amount: 10n ** 18n + 2n },
}

const permit: SignedPermit = { value: 10n ** 18n + 2n, deadline: move.deadline, v: 27, r: hash('01'), s: hash('02') }
const call = { to: end.router, data: MoveCalldata.encodeSend(move), value: intent.value }
const withPermit = { ...call, data: MoveCalldata.encodeSendWithGrant(move, permit) }
const approve = { to: address('ae'), data: MoveCalldata.encodeApprove(end.router, 10n ** 18n + 2n), value: 0n }

const changed = (value: unknown) =>
  value === 'supply'
    ? 'repay'
    : typeof value === 'bigint'
      ? value + 1n
      : typeof value === 'number'
        ? value + 1
        : `${String(value).slice(0, -1)}7`
const mismatch = (field: string) => expect.objectContaining({ name: 'CalldataMismatchError', field })

describe('assertSend', () => {
  test('default', () => {
    expect(() => MoveCalldata.assertSend(call, intent)).not.toThrow()
    expect(() => MoveCalldata.assertSend(withPermit, intent, permit)).not.toThrow()
  })

  test('behavior: the table below covers every field that the contract takes', () => {
    const [send] = collateralRouterAbi.filter((item) => item.type === 'function' && item.name === 'send')
    const [tuple] = send?.inputs ?? []
    expect(tuple !== undefined && 'components' in tuple && tuple.components.map(({ name }) => name)).toEqual(
      Object.keys(move),
    )
  })

  test.each(Object.keys(move))('error: CalldataMismatchError when the call changes %s', (field) => {
    const mutated = { ...move, [field]: changed(Reflect.get(move, field)) }
    const data = MoveCalldata.encodeSend(mutated)
    expect(() => MoveCalldata.assertSend({ ...call, data }, intent)).toThrowError(mismatch(`move.${field}`))
    const permitted = MoveCalldata.encodeSendWithGrant(mutated, permit)
    expect(() => MoveCalldata.assertSend({ ...call, data: permitted }, intent, permit)).toThrowError(
      mismatch(`move.${field}`),
    )
  })

  test.each(Object.keys(permit))('error: CalldataMismatchError when the permit changes %s', (field) => {
    const mutated = { ...permit, [field]: changed(Reflect.get(permit, field)) }
    const data = MoveCalldata.encodeSendWithGrant(move, mutated)
    expect(() => MoveCalldata.assertSend({ ...call, data }, intent, permit)).toThrowError(mismatch(`permit.${field}`))
  })

  test('error: CalldataMismatchError when the permit itself grants more, or for longer', () => {
    for (const field of ['value', 'deadline'] as const) {
      const mutated = { ...permit, [field]: permit[field] + 1n }
      const data = MoveCalldata.encodeSendWithGrant(move, mutated)
      expect(() => MoveCalldata.assertSend({ ...call, data }, intent, mutated)).toThrowError(
        mismatch(`permit.${field}`),
      )
    }
  })

  test.each([
    ['to', { ...call, to: address('66') }],
    ['value', { ...call, value: call.value + 1n }],
    ['function', withPermit],
    [
      'function',
      { ...call, data: encodeFunctionData({ abi: collateralRouterAbi, functionName: 'retry', args: [hash('1')] }) },
    ],
    ['function', { ...call, data: '0x' }],
    ['function', { ...call, data: '0xdeadbeef' }],
    ['calldata', { ...call, data: concat([call.data, '0x00']) }],
  ] as const)('error: CalldataMismatchError for another %s (%#)', (field, other) => {
    expect(() => MoveCalldata.assertSend(other, intent)).toThrowError(mismatch(field))
  })

  test('error: CalldataMismatchError when the intent contradicts itself', () => {
    expect(() => MoveCalldata.assertSend(call, { ...intent, id: hash('99') })).toThrowError(mismatch('move.id'))
    expect(() => MoveCalldata.assertSend(call, { ...intent, deadline: 1n })).toThrowError(mismatch('move.deadline'))
  })
})

describe('assertApprove', () => {
  test('default', () => {
    expect(() => MoveCalldata.assertApprove(approve, intent)).not.toThrow()
  })

  test.each([
    ['to', { ...approve, to: address('66') }],
    ['value', { ...approve, value: 1n }],
    ['spender', { ...approve, data: MoveCalldata.encodeApprove(address('66'), 10n ** 18n + 2n) }],
    ['amount', { ...approve, data: MoveCalldata.encodeApprove(end.router, 2n ** 256n - 1n) }],
    [
      'function',
      { ...approve, data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [end.router, 1n] }) },
    ],
    ['calldata', { ...approve, data: concat([approve.data, '0x00']) }],
  ] as const)('error: CalldataMismatchError for another %s', (field, other) => {
    expect(() => MoveCalldata.assertApprove(other, intent)).toThrowError(mismatch(field))
  })
})
