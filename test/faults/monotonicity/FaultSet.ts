import { type Fault, type FaultScope, Faults } from '@unimargin/sdk/testing'
import type { Random } from '../../differential/Random.ts'
import * as Answers from './Answers.ts'
import type { World } from './World.ts'

/** One fault on one node of a world. */
export type Added = {
  readonly chain: number
  readonly node: number
  readonly name: string
} & (
  | { readonly call: string; readonly how: Answers.Break }
  | { readonly entry: Faults.FaultEntry; readonly fault: Fault; readonly scope: FaultScope }
)

/** What is broken, in the order in which it broke. */
export type FaultSet = readonly Added[]

/** With these the same faults do not always end alike: they depend on the clock, or on how often a node was asked. */
const UNSTEADY: readonly string[] = [
  ...['latency', 'stall-before-headers', 'stall-in-body', 'drip', 'flapping'],
  ...['frozen-head', 'replayed-answer'],
]
/** They last as long as one waits for them. */
const ENDLESS: readonly string[] = ['stall-before-headers', 'stall-in-body', 'drip']
const METHODS = ['eth_call', 'eth_getBlockByNumber', 'eth_chainId'] as const

/** `balanceOf` and `getAssetPrice`: each may be missing alone, and the rest of a position is known. */
const ALONE: readonly string[] = ['0x70a08231', '0xb3596f07']
/** The echo: a chain without the precompile answers nothing there and is believed, so that this is no failure. */
const ECHO_TARGET = '0x0000000000000000000000000000000000000004'
/** ArbSys: that nobody stands there is a lie about the block, as `missing-arb-sys` is, and no failure. */
const ARB_SYS = '0xa3b1b31d'

const kinds = Faults.catalogue.filter(
  ({ batchesOnly, methods }) => !batchesOnly && (methods === undefined || METHODS.some((one) => methods.includes(one))),
)
const failures = kinds.filter(({ nature }) => nature === 'failure')
const isPatient = ({ kind }: Faults.FaultEntry) => UNSTEADY.includes(kind) || kind === 'huge-body'

/**
 * Draws one more fault: on a whole node, on one method, or on a single call. A node alone only fails: nobody could tell its
 * lies. Of three nodes the first one lies as it likes, the others fail.
 */
export function draw(random: Random, { chains }: World, before: FaultSet): Added | undefined {
  const chain = random.below(chains.length)
  const { nodes = [], answers } = chains[chain] ?? {}
  const isQuorum = nodes.length > 1
  const node = random.chance(60) ? 0 : random.below(nodes.length)
  const place = `${chains[chain]?.chain.name} ${node}`
  const mayLie = isQuorum && node === 0
  if (random.chance(isQuorum ? 20 : 80) && (mayLie || !isQuorum)) {
    const call = drawCall(random, answers?.calls() ?? [])
    const how = random.pick(Answers.BREAKS)
    if (how === 'empty' && call?.startsWith(ECHO_TARGET) === true) return undefined
    return call === undefined ? undefined : { chain, node, name: `${place} ${how} ${call.slice(0, 55)}`, call, how }
  }
  const list = mayLie ? kinds : failures
  const quick = random.chance(96) ? list.filter((one) => !isPatient(one)) : list
  const entry = quick[random.below(quick.length)]
  if (entry === undefined) return undefined
  const method = random.pick(METHODS)
  const scope: FaultScope = random.chance(50) && entry.methods?.includes(method) !== false ? { methods: [method] } : {}
  // Two at once may cancel each other out: an answer sent twice and cut in its middle is whole.
  const mine = before.filter((one) => one.chain === chain && one.node === node)
  if (!mayLie && mine.some((one) => 'scope' in one && overlap(one.scope, scope))) return undefined
  const fault = entry.make(random.below(2 ** 31))
  return { chain, node, name: `${place} ${entry.kind} ${scope.methods?.[0] ?? 'always'}`, entry, fault, scope }
}

/** Mostly one that may be missing alone; otherwise any function is as likely, however often it is called. */
function drawCall(random: Random, calls: readonly string[]): string | undefined {
  const selectorOf = (call: string) => call.slice(43, 53)
  const all = [...new Set(calls.map(selectorOf))].filter((selector) => selector !== ARB_SYS)
  const selectors = random.chance(70) ? ALONE : [all[random.below(all.length)]]
  const chosen = calls.filter((call) => selectors.includes(selectorOf(call)))
  return chosen[random.below(chosen.length)]
}

function overlap(one: FaultScope, other: FaultScope): boolean {
  return one.methods === undefined || other.methods === undefined || one.methods[0] === other.methods[0]
}

/** Breaks the nodes of a world in this way, and in no other. */
export function apply({ chains }: World, faults: FaultSet): void {
  for (const [chain, { nodes, answers }] of chains.entries()) {
    for (const [index, node] of nodes.entries()) {
      node.mend()
      const mine = faults.filter((one) => one.chain === chain && one.node === index)
      const calls = mine.flatMap((one) => ('call' in one ? [[one.call, one.how] as const] : []))
      if (calls.length > 0) node.break(answers.breakCalls(new Map(calls)))
      for (const one of mine) if ('fault' in one) node.break(one.fault, one.scope)
    }
  }
}

/** Whether the same faults always end alike, so that what is added to them can be compared with them. */
export function isSteady(faults: FaultSet): boolean {
  return faults.every((one) => 'call' in one || !UNSTEADY.includes(one.entry.kind))
}

/** Whether some node says what is not so: a second lie may take back the first. */
export function hasLies({ chains }: World, faults: FaultSet): boolean {
  return faults.some((one) => ('call' in one ? (chains[one.chain]?.nodes.length ?? 1) > 1 : one.entry.nature === 'lie'))
}

/** Whether somebody has to give up waiting. */
export function isEndless(faults: FaultSet): boolean {
  return faults.some((one) => 'entry' in one && ENDLESS.includes(one.entry.kind))
}
