import { describe, expect, test } from 'vitest'
import * as Operators from './Operators.ts'

describe('ofUrl', () => {
  test.each([
    ['https://eth-mainnet.g.alchemy.com/v2/key', 'alchemy.com'],
    ['https://arb-mainnet.g.alchemy.com/v2/other', 'alchemy.com'],
    ['https://rpc.example.co.uk', 'example.co.uk'],
    ['https://other.example.co.uk./x?y#z', 'example.co.uk'],
    ['https://mainnet.base.io', 'base.io'],
    ['https://base.io', 'base.io'],
    ['wss://USER:pass@Node.Example.ORG:8546/ws', 'example.org'],
    ['http://127.0.0.1:8545', '127.0.0.1:8545'],
    ['http://127.0.0.1:8546/', '127.0.0.1:8546'],
    ['http://[::1]:8545', '[::1]:8545'],
    ['http://localhost:8545', 'localhost:8545'],
    ['http://node', 'node'],
    ['http://a.localhost:1', 'a.localhost:1'],
    ['no url', undefined],
    ['https://user:p@ss@example.org', 'example.org'],
    ['https://rpc.example.org../', 'example.org'],
    ['https://rpc.example.org:/', 'example.org'],
    ['https://rpc%2Eexample.org', undefined],
    ['https://rpc。example。org', undefined],
  ])('%s is of %s', (url, operator) => {
    expect(Operators.ofUrl(url)).toBe(operator)
  })
})
