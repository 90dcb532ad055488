import { Faults } from '@unimargin/sdk/testing'
import type { Break, Case, Guarantee, Phase } from './Case.ts'

/** Which nodes of a chain are broken: the only one, or so many of three of which two have to agree. */
export const PLACES = ['only', '1of3', '2of3', '3of3'] as const

export type Place = (typeof PLACES)[number]

/** One kind of fault, on some of the nodes, for one method, in one phase. */
export type Scenario = {
  readonly name: string
  readonly entry: Faults.FaultEntry
  readonly place: Place
  readonly method: string
  readonly phase: Phase
  readonly seed: number
}

const HEAD = 'eth_getBlockByNumber'
const SENDING: readonly string[] = [
  ...['eth_sendRawTransaction', 'eth_getTransactionReceipt', 'eth_estimateGas', 'eth_getTransactionCount'],
  ...['eth_maxPriorityFeePerGas', HEAD, 'eth_call', 'eth_chainId', 'eth_getCode'],
]
const REQUESTS: readonly string[] = [
  ...['eth_getLogs', 'eth_getBalance', 'eth_getBlockByHash', 'eth_getCode', 'eth_gasPrice', 'eth_feeHistory'],
  ...['eth_getTransactionReceipt', 'eth_getTransactionByHash', HEAD],
]

/** What nodes are asked in each phase, by a client with one node and by one with three. */
export const ASKED: Readonly<
  Record<Phase, { readonly single: readonly string[]; readonly quorum: readonly string[] }>
> = {
  metadata: { single: ['eth_call'], quorum: ['eth_call', HEAD, 'eth_chainId'] },
  snapshot: { single: ['eth_call'], quorum: ['eth_call', HEAD] },
  refresh: { single: ['eth_call'], quorum: ['eth_call', HEAD] },
  cut: { single: ['eth_call', HEAD, 'eth_chainId'], quorum: ['eth_call', HEAD] },
  quote: {
    single: ['eth_call', 'eth_gasPrice', 'eth_estimateGas', 'eth_chainId'],
    quorum: ['eth_call', 'eth_gasPrice', 'eth_estimateGas', HEAD],
  },
  prepare: { single: ['eth_call', 'eth_getCode', 'eth_chainId'], quorum: ['eth_call', 'eth_getCode', HEAD] },
  send: { single: SENDING, quorum: SENDING },
  status: { single: ['eth_call'], quorum: ['eth_call', HEAD] },
  receipt: {
    single: ['eth_getTransactionReceipt', 'eth_getTransactionByHash', 'eth_call', 'eth_chainId'],
    quorum: ['eth_getTransactionReceipt', 'eth_getTransactionByHash', 'eth_call', HEAD],
  },
  watch: { single: ['eth_call'], quorum: ['eth_call', HEAD] },
  // A quorum makes the number of its head of what nodes say of their blocks.
  request: { single: [...REQUESTS, 'eth_blockNumber', 'eth_chainId'], quorum: REQUESTS },
}

export const PHASES = Object.keys(ASKED) as readonly Phase[]

/** They change only what comes after something that they have seen. */
const WITH_MEMORY: readonly string[] = ['frozen-head', 'replayed-answer']
/** They are over when the reader gives up, and not before. */
export const PATIENCE: readonly string[] = [
  ...['stall-before-headers', 'stall-in-body', 'drip', 'rate-limit-seconds', 'rate-limit-date', 'rate-limit-absurd'],
]
/** Milliseconds: for nodes that never answer, and for all others, so that it does not matter how busy the machine is. */
const SHORT = 500
const LONG = 15_000

/** How often each kind is played in each place. */
const PER_PLACE = 2

/**
 * All scenarios: each kind in each place, in phases that meet it. The same ones every time; which of the phases and methods a
 * kind meets is rotated, so that together they meet all.
 */
export const scenarios: readonly Scenario[] = Faults.catalogue
  .filter(({ batchesOnly }) => !batchesOnly)
  .flatMap((entry, kindIndex) =>
    PLACES.flatMap((place, placeIndex) => {
      const meetings = meetingsOf(entry, place)
      const chosen = spread(meetings, PER_PLACE, kindIndex * 5 + placeIndex * 7)
      return chosen.map(({ method, phase }): Scenario => {
        const name = `${entry.kind} ${place} ${method} ${phase}`
        return { name, entry, place, method, phase, seed: seedOf(name) }
      })
    }),
  )

/** Every phase and method in which a kind of fault can be met. */
export function meetingsOf(
  entry: Faults.FaultEntry,
  place: Place,
): readonly { readonly phase: Phase; readonly method: string }[] {
  return PHASES.flatMap((phase) =>
    ASKED[phase][place === 'only' ? 'single' : 'quorum']
      .filter((method) => meets(entry, place, phase, method))
      .map((method) => ({ phase, method })),
  )
}

function meets({ kind, methods }: Faults.FaultEntry, place: Place, phase: Phase, method: string): boolean {
  if (methods?.includes(method) === false) return false
  const isAlone = place === 'only'
  switch (kind) {
    case 'frozen-head':
    case 'replayed-answer':
      // Something of the kind has to be asked before.
      return phase !== 'metadata' && (!isAlone || method === 'eth_call' || phase === 'request')
    case 'other-fork':
    case 'unknown-block':
      // Only a quorum names blocks by their hashes.
      return !isAlone || method !== 'eth_call'
    case 'swapped-results':
      // There one value is asked for.
      return phase !== 'receipt' && phase !== 'status'
    case 'missing-code':
      // An owner has none.
      return phase === 'request'
    case 'receipt-without-logs':
      // A transaction that reverted has left none.
      return phase !== 'receipt'
    default:
      return true
  }
}

/** So many of a list, far from each other. */
function spread<item>(items: readonly item[], count: number, offset: number): readonly item[] {
  if (items.length <= count) return items
  const step = Math.floor(items.length / count)
  return Array.from({ length: count }, (_, index) => items[(offset + index * step) % items.length]).filter(
    (item) => item !== undefined,
  )
}

/** A scenario as it is played. */
export function caseOf({ name, entry, place, method, phase, seed }: Scenario): Case {
  const isQuorum = place !== 'only'
  // Nobody else gets a transaction before the first node has it.
  const first = method === 'eth_sendRawTransaction' ? 0 : seed % 3
  const nodes = { only: [0], '1of3': [first], '2of3': [first, (first + 1) % 3], '3of3': [0, 1, 2] }[place]
  const breaks = nodes.map((node): Break => ({ node, fault: entry.make(seed + node), scope: { methods: [method] } }))
  const isSourceOnly = !['metadata', 'snapshot', 'refresh', 'status', 'watch', 'request'].includes(phase)
  return {
    name,
    phase,
    method,
    isQuorum,
    at: isSourceOnly || entry.kind === 'missing-arb-sys' || seed % 2 === 0 ? 'source' : 'destination',
    breaks,
    isEarly: WITH_MEMORY.includes(entry.kind),
    isMoving: isView(phase) && seed % 3 === 0,
    deadline: deadlineOf(entry, place, phase),
    guarantee: guaranteeOf(entry, place),
    seed,
  }
}

/** Whether all of an account is looked at. */
export function isView(phase: Phase): boolean {
  return ['metadata', 'snapshot', 'refresh', 'cut', 'watch'].includes(phase)
}

/** Whoever waits in vain need not wait for long; a watch has the same deadline when all is well. */
function deadlineOf({ kind }: Faults.FaultEntry, place: Place, phase: Phase): number {
  if (!PATIENCE.includes(kind) || place === '1of3') return LONG
  return phase === 'watch' ? 4 * SHORT : SHORT
}

/** Failures never make a wrong number, however many nodes fail; one node of three can neither lie nor be missed. */
function guaranteeOf({ nature }: Faults.FaultEntry, place: Place): Guarantee {
  const isOne = place === '1of3'
  const isTrue = isOne || nature === 'failure'
  return { isTrue, isCurrent: isTrue, isWhole: isOne }
}

/** A number of a text, always the same (FNV-1a). */
export function seedOf(text: string): number {
  let state = 2_166_136_261
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619)
  return state >>> 1
}
