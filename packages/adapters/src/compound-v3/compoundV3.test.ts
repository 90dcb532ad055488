import { InvalidAddressError } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { InvalidHeartbeatError } from '../shared/InvalidHeartbeatError.ts'
import { compoundV3 } from './compoundV3.ts'

const comet = '0x9c4ec768c28520B50860ea7a15bd7213a9fF58bf'

describe('compoundV3', () => {
  test('default', () => {
    const { market, rules, metadata } = compoundV3({ chainId: 42161, comet })
    expect(market).toEqual({
      key: `compound-v3:42161:${comet.toLowerCase()}`,
      protocol: 'compound-v3',
      chainId: 42161,
      id: comet,
      name: 'Compound V3 on chain 42161',
    })
    expect(Object.keys(rules)).toEqual(['compound-v3'])
    expect(metadata.ttl).toBe(3_600)
  })

  test('error: InvalidAddressError', () => {
    expect(() => compoundV3({ chainId: 42161, comet: '0x1' })).toThrow(InvalidAddressError)
    expect(() => compoundV3({ chainId: 42161, comet, dollarOracle: '0x1' })).toThrow(InvalidAddressError)
    expect(() => compoundV3({ chainId: 42161, comet, multicall3: '0x1' })).toThrow(InvalidAddressError)
  })

  test('error: InvalidHeartbeatError', () => {
    expect(() => compoundV3({ chainId: 42161, comet, defaultHeartbeat: 0 })).toThrow(InvalidHeartbeatError)
  })
})
