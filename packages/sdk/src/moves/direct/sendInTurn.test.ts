import {
  createClient,
  createWalletClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  numberToHex,
  parseTransaction,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { fakeChain, signer } from '../../../../../test/fixtures/fakeChain.ts'
import { owner } from '../../../../../test/fixtures/moves.ts'
import type { Hex } from '../../model/Hex.ts'
import type { DirectCall } from './DirectCalls.ts'
import type { Kept, Sending } from './Sending.ts'
import { sendInTurn } from './sendInTurn.ts'

const token: Hex = '0x00000000000000000000000000000000000000aa'
const TOPIC: Hex = `0x${'70'.repeat(32)}`
const hashOf = (index: number): Hex => numberToHex(index, { size: 32 })

const callOf = (step: string, data: Hex = '0x1234'): DirectCall<string> => ({
  step,
  call: { chainId: 10, to: token, data, value: 0n },
})

type Transaction = {
  readonly nonce: bigint
  readonly data: Hex
  readonly from?: Hex
  readonly block?: bigint
  readonly isReverted?: true
}

/** An account whose wallet does as it likes with what it was told to send, and a node that shows what came of it. */
function stage(before: Kept = { done: {} }, again: readonly string[] = []) {
  const fake = fakeChain(10)
  const ledger = new Map<Hex, Transaction>()
  const noted: Kept[] = []
  const asked: string[] = []
  const behaviour = {
    used: 5n,
    /** With what is in no block yet. */
    next: 6n,
    /** What comes of what the wallet was told to send; gives the hash that it tells. */
    send: (_data: Hex): Hex => hashOf(1),
    note: async (_kept: Kept): Promise<void> => {},
  }
  const show = (hash: Hex, transaction: Transaction): Hex => {
    ledger.set(hash, transaction)
    return hash
  }
  const request: typeof fake.request = async ({ method, params }) => {
    asked.push(method)
    const [first]: readonly unknown[] = Array.isArray(params) ? params : []
    const known = ledger.get(first as Hex)
    switch (method) {
      case 'eth_getTransactionCount':
        return numberToHex(Array.isArray(params) && params[1] === 'pending' ? behaviour.next : behaviour.used)
      case 'eth_estimateGas':
        return '0x5208'
      case 'eth_sendTransaction':
        fake.state.number += 2n
        return behaviour.send(Object(first).data)
      case 'eth_sendRawTransaction': {
        fake.state.number += 2n
        const { nonce = 0, data = '0x' } = parseTransaction(first as Hex)
        behaviour.used = BigInt(nonce) + 1n
        return behaviour.send(data)
      }
      case 'eth_getTransactionByHash':
        if (known === undefined) return null
        return {
          hash: first,
          from: known.from ?? owner,
          to: token,
          input: known.data,
          nonce: numberToHex(known.nonce),
          value: '0x0',
          gas: '0x1',
        }
      case 'eth_getTransactionReceipt':
        if (known?.block === undefined) return null
        return {
          transactionHash: first,
          blockNumber: numberToHex(known.block),
          status: known.isReverted ? '0x0' : '0x1',
        }
      case 'eth_getLogs':
        return [...ledger].flatMap(([transactionHash, { block, isReverted }]) =>
          block === undefined || isReverted
            ? []
            : [{ address: token, topics: [TOPIC], data: numberToHex(7, { size: 32 }), transactionHash }],
        )
      default:
        return fake.request({ method, params })
    }
  }
  const transport = custom({ request }, { retryCount: 0 })
  const sending: Sending = {
    wallet: createWalletClient({ account: owner, chain: fake.chain, transport }),
    account: owner,
    chain: { chainId: 10, client: createClient({ chain: fake.chain, transport, pollingInterval: 1 }) },
    id: hashOf(0),
    options: { inclusionTimeout: 30_000 },
    before,
    note: async (kept) => {
      await behaviour.note(kept)
      noted.push(kept)
    },
    again,
    assertStep: async () => {},
    traceOf: () => ({ address: token, topics: [TOPIC], match: () => true }),
  }
  return { sending, behaviour, show, noted, asked }
}

const handed = (step: string) => ({ step, nonce: 5n, since: 900n }) as const

describe('sendInTurn', () => {
  test('default', async () => {
    const { sending, behaviour, show, noted } = stage()
    let sent = 0
    behaviour.send = (data) => {
      sent += 1
      return show(hashOf(sent), { nonce: 4n + BigInt(sent), data, block: 1_000n })
    }
    const kept = await sendInTurn(sending, [callOf('withdraw', '0x01'), callOf('send', '0x02')])
    expect(kept.done).toEqual({ withdraw: hashOf(1), send: hashOf(2) })
    expect(noted[0]).toEqual({ done: {}, handed: { step: 'withdraw', nonce: 5n, since: 1_000n } })
  })

  test.each([
    ['while a node has what the wallet told', true],
    ['where no node has', false],
  ])('behavior: one that the wallet replaced by the same call is followed, %s', async (_name, isShown) => {
    const { sending, behaviour, show, noted } = stage()
    behaviour.send = (data) => {
      if (isShown) show(hashOf(1), { nonce: 5n, data })
      behaviour.used = 6n
      show(hashOf(2), { nonce: 5n, data, block: 1_001n })
      return hashOf(1)
    }
    const kept = await sendInTurn(sending, [callOf('withdraw')])
    expect(kept.done).toEqual({ withdraw: hashOf(2) })
    expect(noted.map(({ done }) => done.withdraw)).toContain(hashOf(1))
    expect(noted.at(-1)?.done).toEqual(kept.done)
    expect(kept.handed?.isPlaced).toBe(isShown ? true : undefined)
  })

  test('behavior: its revert is told', async () => {
    const { sending, behaviour, show } = stage()
    behaviour.send = (data) => {
      show(hashOf(1), { nonce: 5n, data })
      behaviour.used = 6n
      show(hashOf(1), { nonce: 5n, data, block: 1_001n, isReverted: true })
      return hashOf(1)
    }
    const reverted = sendInTurn(sending, [callOf('withdraw')])
    await expect(reverted).rejects.toThrowError(expect.objectContaining({ name: 'CallRevertedError', hash: hashOf(1) }))
  })

  test('error: ReplacedStepError where another call took its place, and the same call of another place is not it', async () => {
    const { sending, behaviour, show, asked } = stage()
    behaviour.send = (data) => {
      show(hashOf(1), { nonce: 5n, data })
      show(hashOf(2), { nonce: 5n, data: '0x', block: 1_001n })
      show(hashOf(3), { nonce: 6n, data, block: 1_001n })
      behaviour.used = 7n
      return hashOf(1)
    }
    await expect(sendInTurn(sending, [callOf('withdraw')])).rejects.toThrowError(
      expect.objectContaining({ name: 'ReplacedStepError', step: 'withdraw', hash: hashOf(1) }),
    )
    expect(asked.filter((method) => method === 'eth_sendTransaction')).toHaveLength(1)
  })

  test('error: NotIncludedError of what a relayer brings, whose place is not of the account', async () => {
    const { sending, behaviour, show } = stage()
    behaviour.send = (data) => {
      behaviour.used = 6n
      return show(hashOf(1), { nonce: 0n, data, from: token })
    }
    const late = { ...sending, options: { inclusionTimeout: 50 } }
    await expect(sendInTurn(late, [callOf('withdraw')])).rejects.toThrowError(
      expect.objectContaining({ name: 'NotIncludedError', hash: hashOf(1) }),
    )
  })

  test.each([
    ['withdraw', []],
    ['send', ['withdraw']],
  ] as const)('error: ReplacedStepError again of a %s that nobody names', async (step, again) => {
    const { sending, behaviour, asked } = stage(
      { done: { [step]: hashOf(1) }, handed: { ...handed(step), isPlaced: true } },
      again,
    )
    behaviour.used = 6n
    const once = sendInTurn(sending, [callOf(step)])
    await expect(once).rejects.toThrowError(expect.objectContaining({ name: 'ReplacedStepError' }))
    expect(asked).not.toContain('eth_sendTransaction')
  })

  test.each([
    ['withdraw', ['withdraw']],
    ['approve', []],
  ] as const)('behavior: a %s whose place was taken is handed over anew (named: %o)', async (step, again) => {
    const { sending, behaviour, show } = stage(
      { done: { [step]: hashOf(1) }, handed: { ...handed(step), isPlaced: true } },
      again,
    )
    behaviour.used = 6n
    behaviour.send = (data) => show(hashOf(4), { nonce: 6n, data, block: 1_002n })
    expect((await sendInTurn(sending, [callOf(step)])).done).toEqual({ [step]: hashOf(4) })
  })

  test.each([
    ['the same place, while it is free', 5n, 5n],
    ['the next one, once it was taken', 6n, 6n],
  ])('behavior: what is sent again by a key goes to %s', async (_name, used, place) => {
    const named = { ...handed('withdraw'), isNamed: true }
    const { sending, behaviour, show } = stage({ done: {}, handed: named }, ['withdraw'])
    behaviour.used = used
    behaviour.send = (data) => show(hashOf(4), { nonce: place, data, block: 1_002n })
    const kept = await sendInTurn({ ...sending, account: signer }, [callOf('withdraw')])
    expect(kept.done).toEqual({ withdraw: hashOf(4) })
    expect(kept.handed).toMatchObject({ nonce: place, isNamed: true })
  })

  test('behavior: an approval whose hash was lost is found by its own call', async () => {
    const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [owner, 7n] })
    const { sending, show, asked } = stage({ done: {}, handed: handed('approve') })
    show(hashOf(7), { nonce: 5n, data: approve, block: 901n })
    const kept = await sendInTurn(sending, [callOf('approve', approve)])
    expect(kept.done).toEqual({ approve: hashOf(7) })
    expect(asked).not.toContain('eth_sendTransaction')
  })

  test('error: NotIncludedError while the place is free, or nobody tells which it was', async () => {
    for (const isPlaced of [true, undefined]) {
      const { sending, behaviour } = stage({ done: { send: hashOf(1) }, handed: { ...handed('send'), isPlaced } })
      if (isPlaced === undefined) behaviour.used = 9n
      const late = { ...sending, options: { inclusionTimeout: 20 } }
      await expect(sendInTurn(late, [callOf('send')])).rejects.toThrowError(
        expect.objectContaining({ name: 'NotIncludedError', hash: hashOf(1) }),
      )
    }
  })

  test('error: what cannot be written down ends it, also while it is waited for', async () => {
    const { sending, behaviour, show } = stage()
    const broken = new TypeError('lost')
    behaviour.send = (data) => show(hashOf(1), { nonce: 5n, data })
    behaviour.note = async ({ handed: last }) => {
      if (last?.isPlaced) throw broken
    }
    await expect(sendInTurn(sending, [callOf('withdraw')])).rejects.toThrow(broken)
  })

  test('error: CalldataMismatchError for a call of another chain, before anything is handed over', async () => {
    const { sending, asked } = stage()
    const { step, call } = callOf('send')
    const wrong = sendInTurn(sending, [callOf('withdraw'), { step, call: { ...call, chainId: 20 } }])
    await expect(wrong).rejects.toThrowError(
      expect.objectContaining({ name: 'CalldataMismatchError', field: 'send.chainId' }),
    )
    expect(asked).toEqual([])
  })
})
