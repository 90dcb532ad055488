import { concatHex, encodeFunctionData, erc20Abi, parseAbi, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import * as MoveCalldata from '../MoveCalldata.ts'
import type { MoveParameters } from '../MoveIntent.ts'
import { deadlineIn } from './deadlineIn.ts'

const address = '0x00000000000000000000000000000000000000a1'
const move: MoveParameters = {
  id: `0x${'7e'.repeat(32)}`,
  market: address,
  marketId: zeroHash,
  asset: '0x4200000000000000000000000000000000000006',
  amount: 5n,
  minAmount: 4n,
  minHealthFactor: 1n,
  dstEid: 30184,
  action: 'supply',
  dstMarket: address,
  dstMarketId: zeroHash,
  recovery: address,
  deadline: 1_700_000_000n,
  deliveryGas: 1n,
  settleGas: 1n,
}
const data = MoveCalldata.encodeSend(move)
const walletAbi = parseAbi(['function execute(bytes context, address to, uint256 value, bytes data)'])

describe('deadlineIn', () => {
  test('default', () => {
    expect(deadlineIn(data, move)).toBe(1_700_000_000n)
  })

  test('behavior: in the call of a wallet, behind other mentions of its id and at any byte', () => {
    const context = concatHex(['0x01', move.id])
    const input = encodeFunctionData({ abi: walletAbi, functionName: 'execute', args: [context, address, 0n, data] })
    expect(deadlineIn(input, move)).toBe(1_700_000_000n)
    expect(deadlineIn(concatHex(['0x', '0xabcdef', input]), move)).toBe(1_700_000_000n)
  })

  test('behavior: nothing, where there is no such move in plain words', () => {
    const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [address, 1n] })
    expect(deadlineIn(approve, move)).toBeUndefined()
    expect(deadlineIn('0x', move)).toBeUndefined()
    expect(deadlineIn(data, { ...move, asset: address })).toBeUndefined()
    expect(deadlineIn(data, { ...move, dstEid: 30110 })).toBeUndefined()
    expect(deadlineIn(data.slice(0, -64) as `0x${string}`, move)).toBeUndefined()
  })
})
