import { InvalidAddressError } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { InvalidHeartbeatError } from '../shared/InvalidHeartbeatError.ts'
import { DuplicateMarketIdError, InvalidMarketIdError } from './MarketErrors.ts'
import { type MorphoBlueMarketParameters, morphoBlue, morphoBlueMarkets } from './morphoBlue.ts'

const parameters: MorphoBlueMarketParameters = {
  chainId: 8453,
  morpho: '0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb',
  marketId: `0x${'aB'.repeat(32)}`,
}

describe('morphoBlue', () => {
  test('default: a market by its id, in lower case', () => {
    expect(morphoBlue(parameters).market).toEqual({
      key: `morpho-blue:8453:0x${'ab'.repeat(32)}`,
      protocol: 'morpho-blue',
      chainId: 8453,
      id: `0x${'ab'.repeat(32)}`,
      name: 'Morpho Blue 0xabababab on chain 8453',
    })
    expect(morphoBlue({ ...parameters, name: 'WETH/USDC' }).market.name).toBe('WETH/USDC')
  })

  test('behavior: it reads nothing by itself, and asks Morpho what the market is', () => {
    const { metadata } = morphoBlue(parameters)
    expect(metadata.read.calls.map(({ to }) => to)).toEqual([parameters.morpho])
    expect(metadata.ttl).toBe(86_400)
  })

  test('error: InvalidAddressError', () => {
    const wrong = '0x1234'
    for (const name of ['morpho', 'dollarOracle', 'multicall3', 'adaptiveCurveIrm'] as const) {
      expect(() => morphoBlue({ ...parameters, [name]: wrong }), name).toThrowError(InvalidAddressError)
    }
  })

  test('error: InvalidMarketIdError', () => {
    for (const marketId of ['0x12', `0x${'zz'.repeat(32)}`, `0x${'11'.repeat(33)}`] as const) {
      expect(() => morphoBlue({ ...parameters, marketId })).toThrowError(InvalidMarketIdError)
    }
  })

  test('error: InvalidHeartbeatError', () => {
    expect(() => morphoBlue({ ...parameters, defaultHeartbeat: 0 })).toThrowError(InvalidHeartbeatError)
  })
})

describe('morphoBlueMarkets', () => {
  const { marketId: first, ...shared } = parameters
  const second = `0x${'cd'.repeat(32)}` as const

  test('default: one adapter for each id', () => {
    const adapters = morphoBlueMarkets({ ...shared, marketIds: [first, second], names: { [second]: 'Second' } })
    expect(adapters.map(({ market }) => market.name)).toEqual(['Morpho Blue 0xabababab on chain 8453', 'Second'])
    expect(adapters.map((adapter) => adapter.market)).toEqual([
      morphoBlue(parameters).market,
      { ...morphoBlue({ ...shared, marketId: second }).market, name: 'Second' },
    ])
  })

  test('error: DuplicateMarketIdError, in any case', () => {
    const again = `0x${'ab'.repeat(32)}` as const
    expect(() => morphoBlueMarkets({ ...shared, marketIds: [first, again] })).toThrowError(DuplicateMarketIdError)
  })
})
