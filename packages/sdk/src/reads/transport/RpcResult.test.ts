import { describe, expect, test } from 'vitest'
import { problemOf } from './RpcResult.ts'

const HASH = `0x${'ab'.repeat(32)}`

describe('problemOf', () => {
  test('default', () => {
    expect(problemOf({ method: 'eth_blockNumber', params: [] }, '0x1B4')).toBeUndefined()
    expect(problemOf({ method: 'eth_call', params: [] }, '0xABcd')).toBeUndefined()
    expect(problemOf({ method: 'eth_call', params: [] }, '0xabc')).toBe('no whole bytes in hex')
  })

  // It passed for the same answer as the `0x` of another node, was handed on, and no decoder could read it.
  test.each([
    ['eth_call', '0Xabcd'],
    ['eth_getCode', '0X'],
    ['eth_blockNumber', '0X1b4'],
    ['eth_gasPrice', '0X1'],
    ['eth_sendTransaction', HASH.replace('0x', '0X')],
  ])('behavior: an upper-case prefix is no hex in %s', (method, result) => {
    expect(problemOf({ method, params: [] }, result)).toBeTypeOf('string')
    expect(problemOf({ method, params: [] }, result.replace('0X', '0x'))).toBeUndefined()
  })
})
