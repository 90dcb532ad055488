import type { Fault, RpcAnswer, RpcBackend, RpcRequest } from '@unimargin/sdk/testing'
import { decodeFunctionData, decodeFunctionResult, encodeFunctionResult, type Hex, multicall3Abi } from 'viem'

/** What a chain that stands still answers, remembered; and which calls came inside of Multicall3. */
export type Answers = {
  readonly backend: RpcBackend
  /** Each call that was ever asked for, named by its target and its data. */
  readonly calls: () => readonly string[]
  /** Breaks single calls inside of Multicall3. It has to come before all other faults: it knows honest answers only. */
  readonly breakCalls: (broken: ReadonlyMap<string, Break>) => Fault
}

/** What becomes of one call: refused, answered with nothing, in part, or with more than the ABI says. */
export type Break = (typeof BREAKS)[number]

export const BREAKS = ['revert', 'empty', 'truncated', 'surplus'] as const

type Aggregate = { readonly names: readonly string[]; readonly results: readonly Result[] }
type Result = { readonly success: boolean; readonly returnData: Hex }
type Known = { readonly answer: RpcAnswer; readonly aggregate: Aggregate | undefined }

/** How a call of the identity precompile with one word begins, as Multicall3 is told of it. */
const ECHO = [4n, 1n, 96n, 32n].map((word) => word.toString(16).padStart(64, '0')).join('')
/** Stands for the word that is another one in every request. */
const ANY = 'e'.repeat(64)

/** Remembers what a backend answers. */
export function create(backend: RpcBackend): Answers {
  const known = new Map<string, Known>()
  const given = new WeakMap<RpcAnswer, { readonly aggregate: Aggregate; readonly word: string }>()
  const names = new Set<string>()

  const learn = async (request: RpcRequest, key: string): Promise<Known> => {
    const answer = await backend(JSON.parse(key))
    const aggregate = request.method === 'eth_call' ? aggregateOf(JSON.parse(key).params[0], answer) : undefined
    for (const name of aggregate?.names ?? []) names.add(name)
    return { answer, aggregate }
  }
  return {
    backend: async (request) => {
      const text = JSON.stringify(request)
      const at = text.indexOf(ECHO)
      const word = at === -1 ? ANY : text.slice(at + ECHO.length, at + ECHO.length + ANY.length)
      const key = text.replace(word, ANY)
      const entry = known.get(key) ?? (await learn(request, key))
      known.set(key, entry)
      const answer = withWord(entry.answer, word)
      if (entry.aggregate !== undefined) given.set(answer, { aggregate: entry.aggregate, word })
      return answer
    },
    calls: () => [...names],
    breakCalls: (broken) => ({
      kind: 'broken-calls',
      answer: (answer) => {
        const from = given.get(answer)
        if (from === undefined || !from.aggregate.names.some((name) => broken.has(name))) return answer
        return withWord({ status: 'result', result: encoded(from.aggregate, broken) }, from.word)
      },
    }),
  }
}

function withWord(answer: RpcAnswer, word: string): RpcAnswer {
  return answer.status === 'result' && typeof answer.result === 'string'
    ? { status: 'result', result: answer.result.replace(ANY, word) }
    : { ...answer }
}

function encoded({ names, results }: Aggregate, broken: ReadonlyMap<string, Break>): Hex {
  const result = results.map((one, index) => {
    const how = broken.get(names[index] ?? '')
    return how === undefined ? one : brokenResult(one, how)
  })
  return encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result })
}

function brokenResult(result: Result, how: Break): Result {
  const { returnData } = result
  if (how === 'revert') return { success: false, returnData: '0x' }
  if (how === 'empty') return { ...result, returnData: '0x' }
  if (how === 'surplus') return { ...result, returnData: `${returnData}${'0'.repeat(64)}` }
  return { ...result, returnData: `0x${returnData.slice(2, Math.max(2, returnData.length - 32))}` }
}

function aggregateOf(call: unknown, answer: RpcAnswer): Aggregate | undefined {
  const data: unknown = typeof call === 'object' && call !== null && 'data' in call ? call.data : undefined
  if (!isHex(data) || answer.status !== 'result' || !isHex(answer.result)) return undefined
  const asked = decodeFunctionData({ abi: multicall3Abi, data })
  if (asked.functionName !== 'aggregate3') return undefined
  const results = decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data: answer.result })
  return { names: asked.args[0].map(({ target, callData }) => `${target} ${callData}`), results }
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && value.startsWith('0x')
}
