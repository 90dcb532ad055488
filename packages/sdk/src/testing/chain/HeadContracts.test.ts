import fc from 'fast-check'
import {
  concat,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  multicall3Abi,
  parseAbi,
} from 'viem'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../model/Hex.ts'
import * as HeadContracts from './HeadContracts.ts'
import type { MockBlock, MockCall } from './MockPart.ts'
import { MockRevert } from './MockRevert.ts'

const MULTICALL: Address = '0x00000000000000000000000000000000000000c0'
const zeros: Hex = `0x${'00'.repeat(32)}`
const at: MockBlock = { chainId: 8_453, number: 4_800n, timestamp: 9n, hash: zeros, parentHash: zeros }
const call = (data: Hex): MockCall => ({ to: MULTICALL, from: MULTICALL, value: 0n, data })
const arbitraryBytes = fc.uint8Array({ maxLength: 100 }).map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)
const arbitraryCall = fc.record({
  target: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((b): Hex => `0x${Buffer.from(b).toString('hex')}`),
  allowFailure: fc.constant(true),
  callData: arbitraryBytes,
})

/** Gives back who was called with what; refuses calls of nothing. */
const echo = ({ to, data }: MockCall): Hex => {
  if (data === '0x') throw new MockRevert('0xdeadbeef')
  return concat([to, data])
}
const inside: HeadContracts.Inside = { run: echo, balanceOf: () => 5n }

describe('HeadContracts.multicall3', () => {
  test('default: runs and encodes any calls as viem understands them', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCall, { maxLength: 8 }), (calls) => {
        const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [calls] })
        const answer = HeadContracts.multicall3(call(data), at, inside) ?? '0x'
        expect(decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data: answer })).toEqual(
          calls.map(({ target, callData }) =>
            callData === '0x'
              ? { success: false, returnData: '0xdeadbeef' }
              : { success: true, returnData: concat([target, callData]) },
          ),
        )
      }),
    )
  })

  test('behavior: bytes of any kind are calls, or no function of it', () => {
    fc.assert(
      fc.property(arbitraryBytes, (bytes) => {
        const answer = HeadContracts.multicall3(call(concat(['0x82ad56cb', bytes])), at, inside)
        expect(answer === undefined || answer.startsWith('0x')).toBe(true)
      }),
    )
  })

  test('behavior: a call that may not fail takes all others with it', () => {
    const calls = [{ target: MULTICALL, allowFailure: false, callData: '0x' }] as const
    const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [calls] })
    const { data: reason } = caught(() => HeadContracts.multicall3(call(data), at, inside))
    expect(decodeErrorResult({ data: reason })).toMatchObject({ args: ['Multicall3: call failed'] })
  })

  test('behavior: says the block, and on Nitro another number than the own', () => {
    const abi = parseAbi(['function getBlockNumber() view returns (uint256)'])
    const data = encodeFunctionData({ abi })
    const number = (block: MockBlock) => BigInt(HeadContracts.multicall3(call(data), block, inside) ?? '0x')
    expect([number(at), number(HeadContracts.onNitro(at))]).toEqual([4_800n, 20_000_100n])
    expect(HeadContracts.multicall3(call('0x12345678'), at, inside)).toBeUndefined()
  })
})

describe('HeadContracts.arbSys', () => {
  test("default: knows the chain's own number and id", () => {
    expect(BigInt(HeadContracts.arbSys('0xa3b1b31d', at) ?? '0x')).toBe(4_800n)
    expect(BigInt(HeadContracts.arbSys('0xd127f54a', at) ?? '0x')).toBe(8_453n)
    expect(HeadContracts.arbSys('0x12345678', at)).toBeUndefined()
  })
})

function caught(run: () => unknown): MockRevert {
  try {
    run()
  } catch (error) {
    if (error instanceof MockRevert) return error
  }
  throw new TypeError('it did not revert')
}
