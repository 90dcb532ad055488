import { encodeErrorResult, isAddress, parseAbi, zeroAddress } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import * as Aggregate3 from './Aggregate3.ts'
import type { Fault } from './Fault.ts'
import * as Seed from './Seed.ts'

const errors = parseAbi([
  'error Error(string)',
  'error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callbackFunction, bytes extraData)',
])

/** What can revert. */
const CALL_METHODS: readonly string[] = ['eth_call', 'eth_estimateGas']

/**
 * Claims that the call reverted. Without `reason` there is no data, as of contracts that check nothing in words. viem
 * stops its failover there: the second node is never asked.
 */
export function fakeRevert({ reason }: { readonly reason?: string | undefined } = {}): Fault {
  const text = reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`
  const data: Hex = reason === undefined ? '0x' : encodeErrorResult({ abi: errors, errorName: 'Error', args: [reason] })
  return {
    kind: reason === undefined ? 'fake-revert' : 'fake-revert-with-reason',
    answer: (answer, { request }) =>
      CALL_METHODS.includes(request.method) ? { status: 'error', code: 3, message: text, data } : answer,
  }
}

/**
 * Claims that one call inside of Multicall3 reverted, and leaves the others as they are: a well-formed lie that hides one
 * asset or one debt. The seed chooses which; never the proof of the chain and the block.
 */
export function innerRevert({ seed = 0 }: { readonly seed?: number } = {}): Fault {
  return {
    kind: 'inner-revert',
    answer: (answer, { request }) =>
      Aggregate3.change(answer, request, (results, calls) => {
        // What reverts anyway is no lie.
        const values = calls.flatMap((call, index) =>
          Aggregate3.isHead(call) || results[index]?.success !== true ? [] : [index],
        )
        const chosen = values[Seed.below(values.length, seed)]
        return results.map((result, index) => (index === chosen ? { success: false, returnData: '0x' } : result))
      }),
  }
}

/**
 * Reverts with `OffchainLookup`, so that a reader that follows CCIP-Read asks any URL of the node's choice, again and
 * again (viem did so 923 times in three seconds).
 */
export function offchainLookup({
  url = 'https://elsewhere.invalid/{sender}/{data}',
}: {
  readonly url?: string
} = {}): Fault {
  return {
    kind: 'offchain-lookup',
    answer: (answer, { request }) => {
      if (!CALL_METHODS.includes(request.method)) return answer
      // A reader follows only when the sender is the contract that it called.
      const args = [calledBy(request.params[0]), [url], '0x01', '0x00000001', '0x02'] as const
      const data = encodeErrorResult({ abi: errors, errorName: 'OffchainLookup', args })
      return { status: 'error', code: 3, message: 'execution reverted', data }
    },
  }
}

function calledBy(call: unknown): Address {
  const to = typeof call === 'object' && call !== null && 'to' in call ? call.to : undefined
  return typeof to === 'string' && isAddress(to, { strict: false }) ? to : zeroAddress
}
