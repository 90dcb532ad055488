import { createClient, custom } from 'viem'
import { describe, expect, test } from 'vitest'
import { healthTooLow } from '../../../../test/fixtures/fakeChain.ts'
import * as Ask from './ask.ts'
import { getReceipt } from './getReceipt.ts'

const address = '0x00000000000000000000000000000000000000a1'
const hash = `0x${'1d'.repeat(32)}` as const

/** A chain whose node answers everything with one value, or throws it. */
function chainThat(answer: unknown): Ask.Chain {
  const request = async () => {
    if (answer instanceof Error) throw answer
    return answer
  }
  return { chainId: 10, client: createClient({ transport: custom({ request }, { retryCount: 0 }) }) }
}

const unavailable = expect.objectContaining({ name: 'ChainUnavailableError', chainId: 10 })
const call = { from: address, to: address, data: '0x', value: 0n } as const

describe('gasPrice', () => {
  test('default', async () => {
    expect(await Ask.gasPrice(chainThat('0x5f5e100'), {})).toBe(10n ** 8n)
  })

  test.each([null, 1, '123', '0x', '-0x1', '1e21', `0x${'f'.repeat(17)}`, {}, []])(
    'error: ChainUnavailableError for %j',
    async (answer) => {
      await expect(Ask.gasPrice(chainThat(answer), {})).rejects.toThrowError(unavailable)
    },
  )
})

describe('hasCode', () => {
  test('default', async () => {
    expect(await Ask.hasCode(chainThat('0x'), address, {})).toBe(false)
    expect(await Ask.hasCode(chainThat('0xef0100'), address, {})).toBe(true)
  })

  test.each([null, 0, '', '0x0', 'none', {}])(
    'error: ChainUnavailableError for %j, which is not "no code"',
    async (answer) => {
      await expect(Ask.hasCode(chainThat(answer), address, {})).rejects.toThrowError(unavailable)
    },
  )
})

describe('simulate', () => {
  test('error: CallRevertedError for a revert, ChainUnavailableError for everything else', async () => {
    const reverted = Object.assign(new Error('execution reverted'), { code: 3, data: healthTooLow() })
    await expect(Ask.simulate(chainThat(reverted), 'send', call, {})).rejects.toThrowError(
      expect.objectContaining({
        name: 'CallRevertedError',
        revert: expect.objectContaining({ name: 'SourceHealthTooLow' }),
      }),
    )
    for (const error of [new Error('fetch failed'), Object.assign(new Error('rate limited'), { code: -32005 })]) {
      await expect(Ask.simulate(chainThat(error), 'send', call, {})).rejects.toThrowError(unavailable)
    }
  })

  test('error: ChainUnavailableError when the node stalls beyond the timeout', async () => {
    const request = () => new Promise<never>(() => undefined)
    const chain = { chainId: 10, client: createClient({ transport: custom({ request }, { retryCount: 0 }) }) }
    await expect(Ask.simulate(chain, 'send', call, { timeout: 10 })).rejects.toThrowError(unavailable)
  })
})

describe('getReceipt', () => {
  test('default', async () => {
    const receipt = { status: '0x1', blockNumber: '0x5', transactionHash: hash }
    expect(await getReceipt(chainThat(receipt), hash, {})).toEqual({ status: 'success', blockNumber: 5n })
    expect(await getReceipt(chainThat({ ...receipt, status: '0x0' }), hash, {})).toMatchObject({ status: 'reverted' })
    expect(await getReceipt(chainThat(null), hash, {})).toBeUndefined()
  })

  test.each([
    [{ status: '0x1', blockNumber: '0x5', transactionHash: `0x${'2e'.repeat(32)}` }],
    [{ status: '0x1', blockNumber: '0x5' }],
    [{ status: 1, blockNumber: '0x5', transactionHash: hash }],
    [{ status: '0x1', blockNumber: 5, transactionHash: hash }],
    ['0x'],
    [[]],
  ])('error: ChainUnavailableError for what is no receipt of it (%#)', async (answer) => {
    await expect(getReceipt(chainThat(answer), hash, {})).rejects.toThrowError(unavailable)
  })
})
