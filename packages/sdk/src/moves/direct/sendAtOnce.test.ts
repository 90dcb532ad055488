import { createClient, createWalletClient, custom, defineChain, type Hex, keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import { owner } from '../../../../../test/fixtures/moves.ts'
import type { Kept, Sending } from './Sending.ts'
import { canSendAtOnce, sendAtOnce } from './sendAtOnce.ts'

const chain = defineChain({
  id: 10,
  name: 'Ten',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [] } },
})
const id: Hex = `0x${'1d'.repeat(32)}`
const hash: Hex = `0x${'ab'.repeat(32)}`
const calls = (['withdraw', 'send'] as const).map((step) => ({
  step,
  call: { chainId: 10, to: owner, data: '0x1234' as Hex, value: 0n },
}))

type Answers = Readonly<Record<string, (params: readonly unknown[]) => unknown>>

function refused(code: number): Answers[string] {
  return () => {
    throw Object.assign(new TypeError('refused'), { code })
  }
}

const mined = (status = 200) => ({
  version: '2.0.0',
  status,
  atomic: true,
  receipts:
    status === 200 ? [{ transactionHash: hash, blockNumber: '0x1', gasUsed: '0x1', status: '0x1', logs: [] }] : [],
})

function sending(
  answers: Answers,
  before: Kept = { done: {} },
  inclusionTimeout = 30_000,
  again: readonly string[] = [],
): {
  readonly of: Sending
  readonly noted: readonly Kept[]
  readonly asked: readonly string[]
} {
  const noted: Kept[] = []
  const asked: string[] = []
  const request = async ({ method, params }: { method: string; params?: unknown }) => {
    asked.push(method)
    const all: Answers = { eth_chainId: () => '0xa', wallet_getCallsStatus: () => mined(), ...answers }
    const answer = all[method]
    if (answer === undefined) throw Object.assign(new TypeError('no such method'), { code: -32601 })
    return answer(Array.isArray(params) ? params : [])
  }
  const transport = custom({ request }, { retryCount: 0 })
  const of: Sending = {
    wallet: createWalletClient({ account: owner, chain, transport }),
    account: owner,
    chain: { chainId: 10, client: createClient({ chain, transport, pollingInterval: 1 }) },
    id,
    options: { inclusionTimeout },
    before,
    note: async (kept) => {
      noted.push(kept)
    },
    again,
    assertStep: async () => {},
    traceOf: () => undefined,
  }
  return { of, noted, asked }
}

describe('canSendAtOnce', () => {
  test.each([
    [true, () => ({ '0xa': { atomic: { status: 'supported' } } })],
    [true, () => ({ '0xa': { atomic: { status: 'ready' } } })],
    [false, () => ({ '0xa': { atomic: { status: 'unsupported' } } })],
    [false, () => ({ '0x1': { atomic: { status: 'supported' } } })],
    [false, () => ({})],
    [false, () => null],
    [false, refused(4200)],
  ] as const)('behavior: %s (%#)', async (expected, answer) => {
    expect(await canSendAtOnce(sending({ wallet_getCapabilities: answer }).of)).toBe(expected)
  })
})

describe('sendAtOnce', () => {
  test('default', async () => {
    const batches: unknown[] = []
    const { of, noted } = sending({
      wallet_sendCalls: ([batch]) => {
        expect(noted).toEqual([{ done: {}, batch: id }])
        batches.push(batch)
        return { id }
      },
    })
    const kept = await sendAtOnce(of, calls)
    expect(kept).toEqual({ done: { withdraw: hash, send: hash }, batch: id })
    expect(noted.at(-1)).toEqual(kept)
    expect(batches).toMatchObject([
      {
        id,
        atomicRequired: true,
        chainId: '0xa',
        from: owner,
        version: '2.0.0',
        calls: [{ to: owner }, { to: owner }],
      },
    ])
  })

  test('behavior: keeps the id that the wallet gives, and waits', async () => {
    let looks = 0
    const { of, noted } = sending({
      wallet_sendCalls: () => ({ id: 'its own' }),
      wallet_getCallsStatus: ([asked]) => {
        expect(asked).toBe('its own')
        looks += 1
        return looks < 3 ? mined(100) : mined()
      },
    })
    expect(await sendAtOnce(of, calls)).toMatchObject({ batch: 'its own' })
    expect(noted.map(({ batch }) => batch)).toEqual([id, 'its own', 'its own'])
  })

  test('behavior: what an earlier run handed over is only waited for', async () => {
    const { of, asked } = sending({ wallet_sendCalls: refused(-1) }, { done: {}, batch: id })
    expect(await sendAtOnce(of, calls)).toMatchObject({ done: { send: hash } })
    expect(asked).not.toContain('wallet_sendCalls')
  })

  test('error: PendingStepError when the wallet does not know what was handed over', async () => {
    const { of, asked } = sending({ wallet_getCallsStatus: refused(5730) }, { done: {}, batch: id })
    await expect(sendAtOnce(of, calls)).rejects.toThrowError(
      expect.objectContaining({ name: 'PendingStepError', step: 'batch' }),
    )
    expect(asked).not.toContain('wallet_sendCalls')
  })

  test('behavior: what the wallet never got is handed over by name, and a duplicate is waited for', async () => {
    let known = false
    const status = (): unknown => (known ? mined() : refused(5730)([]))
    const send = (): unknown => {
      known = true
      return refused(5720)([])
    }
    const { of } = sending({ wallet_getCallsStatus: status, wallet_sendCalls: send }, { done: {}, batch: id }, 30_000, [
      'batch',
    ])
    expect(await sendAtOnce(of, calls)).toMatchObject({ done: { send: hash } })
  })

  test.each([5700, 5710, 5740, 5750, 5760])('error: BatchFailedError of %i, nothing is on its way', async (code) => {
    const { of, noted } = sending({ wallet_sendCalls: refused(code) })
    await expect(sendAtOnce(of, calls)).rejects.toThrowError(
      expect.objectContaining({ name: 'BatchFailedError', code }),
    )
    expect(noted.at(-1)?.batch).toBeUndefined()
  })

  test.each([
    [400, undefined],
    [500, undefined],
    [600, id],
  ])('error: BatchFailedError of status %i: nothing of it is on its way, unless a part is', async (code, batch) => {
    const { of, noted } = sending({ wallet_sendCalls: () => ({ id }), wallet_getCallsStatus: () => mined(code) })
    await expect(sendAtOnce(of, calls)).rejects.toThrowError(
      expect.objectContaining({ name: 'BatchFailedError', code }),
    )
    expect(noted.at(-1)?.batch).toBe(batch)
  })

  test('behavior: after a batch that failed another id is taken', async () => {
    const [second, third] = [keccak256(id), keccak256(keccak256(id))]
    const ids: unknown[] = []
    const { of, noted } = sending({
      wallet_sendCalls: ([batch]) => {
        const { id: given } = Object(batch)
        ids.push(given)
        return given === third ? { id: given } : refused(5720)([])
      },
      wallet_getCallsStatus: ([asked]) => mined(asked === third ? 200 : 500),
    })
    expect(await sendAtOnce(of, calls)).toMatchObject({ batch: third, done: { send: hash } })
    expect(ids).toEqual([id, second, third])
    expect(noted.map(({ batch }) => batch)).toEqual([id, second, third, third])
  })

  test('error: BatchFailedError of a wallet that takes no id at all', async () => {
    const { of } = sending({ wallet_sendCalls: refused(5720), wallet_getCallsStatus: () => mined(500) })
    const none = sendAtOnce(of, calls)
    await expect(none).rejects.toThrowError(expect.objectContaining({ name: 'BatchFailedError', code: 500 }))
  })

  test('error: WalletFailedError: refused is not on its way, of anything else nobody knows', async () => {
    for (const [code, batch] of [
      [4001, undefined],
      [-32000, id],
    ] as const) {
      const { of, noted } = sending({ wallet_sendCalls: refused(code) })
      await expect(sendAtOnce(of, calls)).rejects.toThrowError(expect.objectContaining({ name: 'WalletFailedError' }))
      expect(noted.at(-1)?.batch).toBe(batch)
    }
  })

  test('error: NotIncludedError, WrongChainError', async () => {
    const pending = { wallet_sendCalls: () => ({ id }), wallet_getCallsStatus: () => mined(100) }
    const late = sending(pending, { done: {} }, 20)
    const none = expect.objectContaining({ name: 'NotIncludedError', hash: undefined })
    await expect(sendAtOnce(late.of, calls)).rejects.toThrowError(none)
    const elsewhere = sending({ eth_chainId: () => '0x1' })
    await expect(sendAtOnce(elsewhere.of, calls)).rejects.toThrowError(
      expect.objectContaining({ name: 'WrongChainError' }),
    )
  })
})
