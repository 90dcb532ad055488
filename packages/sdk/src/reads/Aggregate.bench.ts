import { decodeFunctionResult, encodeFunctionResult, multicall3Abi } from 'viem'
import { bench, describe } from 'vitest'
import * as Aggregate from './Aggregate.ts'

const result = Array.from({ length: 300 }, (_, index) => ({
  success: true,
  returnData: `0x${index.toString(16).padStart(64, '0').repeat(4)}` as const,
}))
const answer = encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result })

describe('decode 300 results of 4 words', () => {
  bench('strict, ours', () => {
    Aggregate.decode(answer, result.length)
  })
  bench('lenient, viem', () => {
    decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data: answer })
  })
})
