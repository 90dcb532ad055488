import { decodeErrorResult, decodeFunctionResult, encodeFunctionData, erc20Abi, parseAbi } from 'viem'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MockBlock } from './MockPart.ts'
import { MockRevert } from './MockRevert.ts'
import { mockContract } from './mockContract.ts'
import { UnmockedCallError } from './UnmockedCallError.ts'

const abi = parseAbi([
  'function pair(uint256 amount) view returns (uint256 half, address who)',
  'function point() view returns ((uint256 x, uint256 y))',
  'function weigh(uint256 amount) view returns (uint256)',
  'function weigh(address who) view returns (uint256)',
  'function poke()',
  'error TooMuch(uint256 most)',
])
const TO: Address = '0x00000000000000000000000000000000000000c0'
const FROM: Address = '0x00000000000000000000000000000000000000c1'
const zeros: Hex = `0x${'00'.repeat(32)}`
const at: MockBlock = { chainId: 8_453, number: 5n, timestamp: 9n, hash: zeros, parentHash: zeros }
const call = (data: Hex) => ({ to: TO, from: FROM, value: 3n, data })

describe('mockContract', () => {
  test('default: takes arguments and gives results as the ABI says', () => {
    const contract = mockContract(abi, {
      pair: ([amount], { from }, { number }) => {
        expectTypeOf(amount).toEqualTypeOf<bigint>()
        return [amount / 2n + number, from]
      },
      point: () => ({ x: 1n, y: 2n }),
      poke: () => undefined,
    })
    const pair = contract(call(encodeFunctionData({ abi, functionName: 'pair', args: [8n] })), at)
    expect(decodeFunctionResult({ abi, functionName: 'pair', data: pair })).toEqual([9n, FROM.replace('c1', 'C1')])
    const point = contract(call(encodeFunctionData({ abi, functionName: 'point' })), at)
    expect(decodeFunctionResult({ abi, functionName: 'point', data: point })).toEqual({ x: 1n, y: 2n })
    expect(contract(call(encodeFunctionData({ abi, functionName: 'poke' })), at)).toBe('0x')
  })

  test('behavior: one function answers all of its overloads', () => {
    const contract = mockContract(abi, { weigh: ([asked]) => (typeof asked === 'bigint' ? asked : 7n) })
    const ask = (args: readonly [bigint] | readonly [Address]) =>
      BigInt(contract(call(encodeFunctionData({ abi, functionName: 'weigh', args })), at))
    expect([ask([5n]), ask([FROM])]).toEqual([5n, 7n])
  })

  test('behavior: names and results that the ABI does not have do not compile', () => {
    // @ts-expect-error: no such function
    mockContract(erc20Abi, { decimal: () => 6 })
    // @ts-expect-error: a number of 256 bits is a bigint
    mockContract(erc20Abi, { balanceOf: () => 6 })
    expect(() => mockContract(erc20Abi, { decimals: () => 6 })).not.toThrow()
  })

  test('behavior: calldata that does not fit reverts without a reason', () => {
    const contract = mockContract(erc20Abi, { balanceOf: () => 1n })
    expect(() => contract(call('0x70a0823101'), at)).toThrow(
      expect.objectContaining({ name: 'MockRevert', data: '0x' }),
    )
  })

  test('error: MockRevert with a reason or a custom error', () => {
    expect(decodeErrorResult({ data: MockRevert.because('28').data })).toMatchObject({
      errorName: 'Error',
      args: ['28'],
    })
    const { data } = MockRevert.error(abi, 'TooMuch', [10n])
    expect(decodeErrorResult({ abi, data })).toMatchObject({ errorName: 'TooMuch', args: [10n] })
    expect(new MockRevert().data).toBe('0x')
  })

  test('error: UnmockedCallError names the function', () => {
    const contract = mockContract(erc20Abi, {})
    const ask = () => contract(call(encodeFunctionData({ abi: erc20Abi, functionName: 'decimals' })), at)
    expect(ask).toThrow(UnmockedCallError)
    expect(ask).toThrow(`Not mocked on chain 8453: decimals() (0x313ce567) at ${TO}.`)
  })
})
