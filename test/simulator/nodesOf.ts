import type { Hex } from '@unimargin/sdk'
import type * as Random from '../differential/Random.ts'
import { answerDestination, answerSource, plainRevert, words } from './answer.ts'
import * as Chain from './Chain.ts'
import { callDestination } from './callDestination.ts'
import { DESTINATION, SOURCE } from './places.ts'
import * as SourceState from './SourceState.ts'
import type { World } from './World.ts'

/** What a node showed at one request: the oracles hold the tracker against these blocks and no others. */
export type Shown =
  | { readonly chainId: typeof SOURCE; readonly block: World['source']['head'] }
  | { readonly chainId: typeof DESTINATION; readonly block: World['destination']['head'] }

/** The nodes in front of the two chains: each request is another one's, and each has its own idea of the head. */
export type Nodes = {
  readonly request: (
    chainId: number,
  ) => (args: { readonly method: string; readonly params?: unknown }) => Promise<unknown>
  /** From then on every node has the head, and answers. */
  readonly heal: () => void
  /** What was shown since the last look began, and whether a node left something out. */
  readonly shown: Shown[]
  readonly gaps: { count: number; lagging: number }
}

type Hostility = { readonly dead: number; readonly lagging: number; readonly forked: number; readonly partial: number }

/** Percent of requests that meet such a node. */
const moods: readonly [Hostility, ...Hostility[]] = [
  { dead: 0, lagging: 0, forked: 0, partial: 0 },
  { dead: 5, lagging: 10, forked: 0, partial: 0 },
  { dead: 5, lagging: 10, forked: 10, partial: 5 },
  { dead: 20, lagging: 25, forked: 15, partial: 10 },
]

export function nodesOf(world: World, random: Random.Random, onRequest: () => void): Nodes {
  let mood = random.pick(moods)
  const shown: Shown[] = []
  const gaps = { count: 0, lagging: 0 }

  const viewOf = <state>(chain: Chain.Chain<state>): Chain.Block<state> => {
    if (random.chance(mood.dead)) {
      gaps.count += 1
      throw new Error('connect ECONNREFUSED https://rpc.example/v2/secret-key')
    }
    const fork = chain.forks.at(-1)
    if (fork !== undefined && random.chance(mood.forked)) {
      gaps.lagging += 1
      return fork
    }
    if (!random.chance(mood.lagging)) return chain.head
    gaps.lagging += 1
    return Chain.before(chain.head, 1 + random.below(4))
  }

  /** At a block as requests name it. */
  const at = <state>(tip: Chain.Block<state>, tag: unknown): Chain.Block<state> => {
    if (tag === 'latest' || tag === undefined) return tip
    const block = Chain.blockAt(tip, BigInt(String(tag)))
    if (block === undefined) throw new Error('unknown block')
    return block
  }

  const multicall = (chainId: number, tag: unknown, data: Hex): Hex => {
    const [here, there] =
      chainId === SOURCE ? [at(viewOf(world.source), tag), undefined] : [undefined, at(viewOf(world.destination), tag)]
    if (here !== undefined) shown.push({ chainId: SOURCE, block: here })
    if (there !== undefined) shown.push({ chainId: DESTINATION, block: there })
    const block = here ?? there
    if (block === undefined) throw new Error('no chain')
    const calls = callsOf(data)
    const missing = random.chance(mood.partial) ? HEAD + random.below(Math.max(1, calls.length - HEAD)) : -1
    if (missing >= 0) gaps.count += 1
    return resultsOf(
      calls.map((call, index) => {
        if (index === missing) return undefined
        switch (call.slice(0, 10)) {
          case '0x3408e470':
            return words([BigInt(chainId)])
          case '0x42cbb15c':
            return words([block.number])
          case '0x0f28c97d':
            return words([block.timestamp])
          default:
            if (index < HEAD) return call
            return here !== undefined ? answerSource(here, call) : there && answerDestination(there, call)
        }
      }),
    )
  }

  const execute = (chainId: number, { from, to, data }: Call): Hex | undefined => {
    if (chainId === DESTINATION) {
      return callDestination(viewOf(world.destination).state, { from, to, data }) === undefined
        ? plainRevert
        : undefined
    }
    const { state, timestamp } = viewOf(world.source)
    const done = SourceState.execute(state, { to, input: data }, timestamp)
    return 'revert' in done ? done.revert : undefined
  }

  const answer = (chainId: number, method: string, params: readonly unknown[]): unknown => {
    const [first, second] = params
    const chain: Chain.Chain<unknown> = chainId === SOURCE ? world.source : world.destination
    switch (method) {
      case 'eth_call': {
        const call = first as Call
        if (call.data.startsWith('0x82ad56cb')) return multicall(chainId, second, call.data)
        const revert = execute(chainId, call)
        if (revert !== undefined) throw Object.assign(new Error('execution reverted'), { code: 3, data: revert })
        return '0x'
      }
      case 'eth_estimateGas': {
        const revert = execute(chainId, first as Call)
        if (revert !== undefined) throw Object.assign(new Error('execution reverted'), { code: 3, data: revert })
        return '0x7a120'
      }
      case 'eth_getTransactionReceipt': {
        const tip = viewOf(chain)
        if (chainId === SOURCE) shown.push({ chainId: SOURCE, block: tip as World['source']['head'] })
        else shown.push({ chainId: DESTINATION, block: tip as World['destination']['head'] })
        const found = Chain.find(tip, first as Hex)
        if (found === undefined) return null
        const { mined, block } = found
        const logs = mined.logs.map((log) => ({ ...log, transactionHash: mined.hash }))
        const status = mined.isReverted ? '0x0' : '0x1'
        return { status, blockNumber: Chain.hex(block.number), transactionHash: mined.hash, logs }
      }
      case 'eth_getTransactionByHash': {
        const { mined } = Chain.find(viewOf(chain), first as Hex) ?? {}
        const known = mined ?? world.mempool.find(({ hash }) => hash === first)
        if (known === undefined) return null
        const { hash, nonce, to, input } = known
        return { hash, nonce: Chain.hex(nonce), to, input, from: ownerOf(mined), value: '0x0', gas: '0x1' }
      }
      case 'eth_getTransactionCount': {
        const block = at(viewOf(world.source), second)
        shown.push({ chainId: SOURCE, block })
        return Chain.hex(block.state.count)
      }
      case 'eth_getLogs': {
        const tip = viewOf(chain)
        if (random.chance(mood.partial)) return []
        return logsOf(tip, first as Filter)
      }
      case 'eth_getBlockByNumber': {
        const block = at(viewOf(chain), first)
        return { number: Chain.hex(block.number), timestamp: Chain.hex(block.timestamp) }
      }
      default:
        throw Object.assign(new Error(`no such method: ${method}`), { code: -32601 })
    }
  }

  return {
    shown,
    gaps,
    heal: () => {
      mood = moods[0]
    },
    request:
      (chainId) =>
      async ({ method, params }) => {
        onRequest()
        return answer(chainId, method, Array.isArray(params) ? params : [])
      },
  }
}

type Call = { readonly from: Hex; readonly to: Hex; readonly data: Hex }
type Filter = {
  readonly address: Hex | readonly Hex[]
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  readonly fromBlock: Hex
  readonly toBlock: Hex
}

/** Calls that lead a snapshot. */
const HEAD = 4

function ownerOf(mined: Chain.Mined | undefined): Hex {
  return mined?.from ?? '0x0000000000000000000000000000000000000123'
}

function logsOf(tip: Chain.Block<unknown>, { address, topics, fromBlock, toBlock }: Filter): readonly unknown[] {
  const [first, last] = [BigInt(fromBlock), BigInt(toBlock)]
  const speakers = [address].flat().map((one) => one.toLowerCase())
  const found: unknown[] = []
  for (let block: Chain.Block<unknown> | undefined = tip; block !== undefined && block.number >= first; ) {
    if (block.number <= last) {
      for (const { logs, hash } of block.transactions) {
        for (const log of logs) {
          const isMeant = topics.every((topic, index) => {
            const own = log.topics[index]?.toLowerCase()
            return topic === null || [topic].flat().some((one) => one.toLowerCase() === own)
          })
          if (isMeant && speakers.includes(log.address.toLowerCase())) {
            found.unshift({ ...log, transactionHash: hash })
          }
        }
      }
    }
    block = block.parent
  }
  return found
}

/** The calls of an `aggregate3`. */
function callsOf(data: Hex): readonly Hex[] {
  const hex = data.slice(10)
  const number = (digit: number) => Number.parseInt(hex.slice(digit, digit + 64), 16)
  return Array.from({ length: number(64) }, (_, index) => {
    const tuple = 128 + 2 * number(128 + 64 * index)
    const length = number(tuple + 192)
    return `0x${hex.slice(tuple + 256, tuple + 256 + 2 * length)}` as const
  })
}

/** What `aggregate3` gives back; a call without an answer has reverted. */
function resultsOf(answers: readonly (Hex | undefined)[]): Hex {
  const word = (value: number) => value.toString(16).padStart(64, '0')
  const tuples = answers.map((answer) => {
    const hex = answer?.slice(2) ?? ''
    return `${word(answer === undefined ? 0 : 1)}${word(64)}${word(hex.length / 2)}${hex.padEnd(64 * Math.ceil(hex.length / 64), '0')}`
  })
  let offset = 32 * tuples.length
  const offsets = tuples.map((tuple) => {
    const own = word(offset)
    offset += tuple.length / 2
    return own
  })
  return `0x${word(32)}${word(tuples.length)}${offsets.join('')}${tuples.join('')}`
}
