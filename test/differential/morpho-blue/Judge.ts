import { type Address, decodeFunctionResult, encodeFunctionData, type Hex, multicall3Abi, numberToHex } from 'viem'
import { MULTICALL3 } from './MorphoLab.ts'

/** A call that somebody would send. */
export type Attempt = { readonly from: Address; readonly to: Address; readonly data: Hex }

/** What the chain says to it; a revert with its data as text. */
export type Verdict =
  | { readonly succeeds: true; readonly data: Hex }
  | { readonly succeeds: false; readonly reason: string }

/** Asks a chain what would become of calls in its latest block, in that block's own time, each by itself. */
export type Judge = {
  readonly timestamp: bigint
  readonly judge: (attempts: readonly Attempt[]) => Promise<readonly Verdict[]>
  /** One after the other, as Multicall3; each may fail alone. */
  readonly inOrder: (
    calls: readonly { readonly to: Address; readonly data: Hex }[],
  ) => Promise<readonly { readonly success: boolean; readonly returnData: Hex }[]>
}

/** Many questions are one request: a limit alone takes two. In the block's own time, or at a later one (seconds since 1970). */
export async function at(rpcUrl: string, time?: bigint): Promise<Judge> {
  const [block] = await batch(rpcUrl, [['eth_getBlockByNumber', ['latest', false]]])
  if (block?.result === undefined) throw new Error('no block')
  const { number, timestamp: own } = block.result as { readonly number: Hex; readonly timestamp: Hex }
  const timestamp = time === undefined ? own : numberToHex(time)
  const judge: Judge['judge'] = async (attempts) => {
    if (attempts.length === 0) return []
    const answers = await batch(
      rpcUrl,
      attempts.map(({ from, to, data }) => [
        'eth_call',
        [{ from, to, data, gas: '0x1c9c380' }, number, {}, { time: timestamp }],
      ]),
    )
    return answers.map(({ result, error }): Verdict => {
      if (typeof result === 'string') return { succeeds: true, data: result as Hex }
      // Anything else than a revert is an error of the test.
      if (error === undefined || !/revert/i.test(error.message)) throw new Error(error?.message ?? 'no answer')
      return { succeeds: false, reason: error.message }
    })
  }
  return {
    timestamp: BigInt(timestamp),
    judge,
    inOrder: async (calls) => {
      const list = calls.map(({ to, data }) => ({ target: to, allowFailure: true, callData: data }))
      const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [list] })
      const [verdict] = await judge([{ from: MULTICALL3, to: MULTICALL3, data }])
      if (verdict?.succeeds !== true) throw new Error(`multicall: ${verdict?.reason}`)
      return decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data: verdict.data })
    },
  }
}

type Answer = { readonly id: number; readonly result?: unknown; readonly error?: { readonly message: string } }

async function batch(
  rpcUrl: string,
  calls: readonly (readonly [string, readonly unknown[]])[],
): Promise<readonly Answer[]> {
  const body = JSON.stringify(calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params })))
  const response = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const answers = (await response.json()) as readonly Answer[]
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  return calls.map((_, id) => byId.get(id) ?? { id })
}
