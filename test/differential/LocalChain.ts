import { type Address, type Hex, numberToHex } from 'viem'

/** A transaction of an address that the chain lets us impersonate. It may revert: random ones often do. */
export type Transaction = { readonly from: Address; readonly to: Address; readonly data: Hex }

/** A local chain whose blocks and clock are ours. */
export type LocalChain = {
  readonly request: (method: string, params: readonly unknown[]) => Promise<unknown>
  /** Mines one block at a time (seconds since 1970) with transactions of each sender in their order; gives how many succeed. */
  readonly mine: (timestamp: bigint, transactions?: readonly Transaction[]) => Promise<number>
  readonly snapshot: () => Promise<void>
  /** Back to the last snapshot, which may be returned to again. */
  readonly revert: () => Promise<void>
}

type Call = readonly [method: string, params: readonly unknown[]]
type Outcome = { readonly result: unknown } | { readonly error: Error }
type Waiting = {
  readonly call: Call
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

const GAS = 3_000_000
const FEE = 10n ** 12n

/** Takes over a local chain: from now on it mines only when told. */
export async function takeOver(rpcUrl: string): Promise<LocalChain> {
  const exchange = async (calls: readonly Call[]): Promise<readonly Outcome[]> => {
    const body = JSON.stringify(calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params })))
    const response = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const answers = (await response.json()) as readonly { id: number; result?: unknown; error?: { message: string } }[]
    return calls.map(([method], id) => {
      const answer = answers.find((candidate) => candidate.id === id)
      return answer === undefined || answer.error
        ? { error: new Error(`${method}: ${answer?.error?.message ?? 'no answer'}`) }
        : { result: answer.result }
    })
  }
  const batch = async (calls: readonly Call[]): Promise<readonly unknown[]> =>
    (await exchange(calls)).map((outcome) => {
      if ('error' in outcome) throw outcome.error
      return outcome.result
    })
  let waiting: Waiting[] = []
  const flush = async (): Promise<void> => {
    const sent = waiting
    waiting = []
    try {
      for (const [index, outcome] of (await exchange(sent.map(({ call }) => call))).entries()) {
        if ('error' in outcome) sent[index]?.reject(outcome.error)
        else sent[index]?.resolve(outcome.result)
      }
    } catch (error) {
      for (const { reject } of sent) reject(error)
    }
  }
  // What is asked at once travels together.
  const request = (method: string, params: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ call: [method, params], resolve, reject })
      if (waiting.length === 1) setImmediate(flush)
    })
  await request('anvil_autoImpersonateAccount', [true])
  await request('evm_setAutomine', [false])

  let nonces = new Map<Address, number>()
  const nonceOf = async (from: Address): Promise<number> => {
    const known = nonces.get(from) ?? Number(await request('eth_getTransactionCount', [from, 'latest']))
    nonces.set(from, known + 1)
    return known
  }
  let saved: unknown
  return {
    request,
    mine: async (timestamp, transactions = []) => {
      const sends: (readonly [string, readonly unknown[]])[] = []
      for (const { from, to, data } of transactions) {
        const nonce = numberToHex(await nonceOf(from))
        const fees = { maxFeePerGas: numberToHex(FEE), maxPriorityFeePerGas: '0x1' }
        sends.push(['eth_sendTransaction', [{ from, to, data, nonce, gas: numberToHex(GAS), ...fees }]])
      }
      const hashes = sends.length === 0 ? [] : await batch(sends)
      await request('evm_setNextBlockTimestamp', [numberToHex(timestamp)])
      await request('evm_mine', [])
      if (hashes.length === 0) return 0
      const receipts = await batch(hashes.map((hash) => ['eth_getTransactionReceipt', [hash]]))
      return receipts.filter((receipt) => {
        if (receipt === null) throw new Error('a transaction was left out of the block')
        return (receipt as { status: Hex }).status === '0x1'
      }).length
    },
    snapshot: async () => {
      saved = await request('evm_snapshot', [])
    },
    revert: async () => {
      if ((await request('evm_revert', [saved])) !== true) throw new Error('evm_revert failed')
      saved = await request('evm_snapshot', [])
      nonces = new Map()
    },
  }
}
