import { setupServer } from 'msw/node'
import { createPublicClient, http } from 'viem'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { mockTinyMarket } from '../../../../test/fixtures/tinyMarket.ts'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import type { Address } from '../model/Hex.ts'
import { OutOfRangeError } from '../units/OutOfRangeError.ts'
import {
  DuplicateMockPartError,
  ForeignMockMarketError,
  ForeignRecordingError,
  InvalidNodeUrlError,
} from './chain/MockSetupErrors.ts'
import { type MockChainParameters, mockChain } from './mockChain.ts'

const owner: Address = '0x2222222222222222222222222222222222222222'
const none = '0x12' as Address
const market = mockTinyMarket(base.id)
const made = (parameters: Partial<MockChainParameters>) => () => mockChain({ chain: base, ...parameters })

describe('the setup of a mocked chain', () => {
  test('default: a node may have a user name, a password and a fragment in its URL', async () => {
    const url = 'https://user:secret@node.example/rpc?a=1#here'
    const server = setupServer(...mockChain({ chain: base, nodes: [url] }).handlers)
    server.listen({ onUnhandledRequest: 'error' })
    try {
      expect(await createPublicClient({ transport: http(url, { retryCount: 0 }) }).getChainId()).toBe(base.id)
    } finally {
      server.close()
    }
  })

  test.each([['node.example'], ['wss://node.example'], ['https://one.example', 'https://one.example/#2']])(
    'error: InvalidNodeUrlError for %s %s',
    (...nodes) => {
      expect(made({ nodes })).toThrow(InvalidNodeUrlError)
    },
  )

  test('error: DuplicateMockPartError for a market that is there twice', () => {
    expect(made({ markets: [market, mockTinyMarket(base.id)] })).toThrow(DuplicateMockPartError)
  })

  test('error: ForeignMockMarketError for a market of another chain', () => {
    expect(made({ chain: arbitrum, markets: [market] })).toThrow(ForeignMockMarketError)
    expect(() => mockChain({ chain: arbitrum }).update(market)).toThrow(ForeignMockMarketError)
  })

  test('error: ForeignRecordingError', () => {
    const head = { number: '1', timestamp: '1', hash: owner, parentHash: owner }
    const recording = { version: 1, chainId: base.id, head, calls: [], requests: [] } as const
    expect(made({ recording })().block.number).toBe(1n)
    expect(made({ chain: arbitrum, recording })).toThrow(ForeignRecordingError)
  })

  test.each<[string, () => unknown]>([
    ['an owner', made({ markets: [market], positions: [{ owner: none, supply: { WETH: '1' } }] })],
    ['a contract', made({ contracts: { [none]: () => '0x' } })],
    ['an account', made({ balances: { [none]: 1n } })],
    ['an address without code', made({ codeless: [none] })],
    ['a contract that is set', () => made({})().setContract(none, undefined)],
  ])('error: InvalidAddressError for %s', (_, act) => {
    expect(act).toThrow(InvalidAddressError)
  })

  test.each<[string, () => unknown]>([
    ['an amount', made({ markets: [market], positions: [{ owner, supply: { WETH: -1n } }] })],
    ['a balance', made({ balances: { [owner]: -1n } })],
    ['a balance that is set', () => made({})().setBalance(owner, -1n)],
    ['a block number', made({ block: { number: -1n } })],
    ['a timestamp', made({ block: { timestamp: -1n } })],
    ['a block time', made({ blockTime: -1n })],
    ['a pause between blocks', () => made({})().mine(1, { seconds: -1n })],
  ])('error: OutOfRangeError for %s below zero', (_, act) => {
    expect(act).toThrow(OutOfRangeError)
  })
})
