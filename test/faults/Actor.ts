import { inspect } from 'node:util'
import {
  createMarginClient,
  type DeadlineOptions,
  guarded,
  isUnimarginError,
  type MarginClient,
  type MarginView,
  quorum,
} from '@unimargin/sdk'
import { type Address, http, type Transport } from 'viem'
import type { Case } from './Case.ts'
import { counted } from './counted.ts'
import { dishonesties } from './dishonesties.ts'
import { CANARY, type Scene, type SceneChain } from './Stage.ts'
import { type Heads, headsOf, trueView } from './truth.ts'
import { untrueMoves, untruths } from './untruths.ts'

/** What became of something that was asked. */
export type Settled<value> =
  | { readonly status: 'done'; readonly value: value }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'hung' }

/** Somebody who plays one case: asks, looks at what comes, and writes down what should not be. */
export type Actor = {
  readonly scene: Scene
  readonly case: Case
  readonly client: MarginClient
  /** A transport like the client's own, for a wallet. */
  readonly walletTransport: (chain: SceneChain) => Transport
  /** The broken chain. */
  readonly broken: SceneChain
  readonly options: DeadlineOptions
  readonly breakNodes: () => void
  readonly mend: () => void
  readonly strikes: () => number
  readonly say: (problem: string) => void
  /** Keeps a text that people may see. */
  readonly tell: (value: unknown) => void
  /**
   * Waits for something of so many reads, one after the other, until it must have ended long ago. Whatever it throws is an
   * error of ours, unless it is asked of viem's client itself.
   */
  readonly settle: <value>(promise: Promise<value>, options?: SettleOptions) => Promise<Settled<value>>
  /** Holds a view against the chains, as they were between these heads and now. */
  readonly judge: (view: MarginView, before: Heads, options?: JudgeOptions) => Promise<void>
  readonly problems: readonly string[]
  readonly close: () => void
}

export type SettleOptions = {
  readonly reads?: number | undefined
  readonly isOfViem?: boolean | undefined
  /** Milliseconds for each read, where it is not the deadline of the case. */
  readonly timeout?: number | undefined
}

export type JudgeOptions = {
  readonly owner?: Address | undefined
  /** Nothing is broken any more. */
  readonly isMended?: boolean | undefined
  /** Blocks may be older than the head. */
  readonly mayBeOld?: boolean | undefined
}

/** Milliseconds: where nothing is to be waited for, however busy the machine is. */
export const UNHURRIED = 30_000
/** Milliseconds that something may take longer than its deadlines, before it counts as hung. */
const GRACE = 10_000

/** An actor for a case. */
export function createActor(scene: Scene, played: Case): Actor {
  const { deadline, guarantee, isQuorum, at } = played
  const problems: string[] = []
  const texts: string[] = []
  let strikes = 0
  let mends: (() => void)[] = []
  const say = (problem: string): void => {
    if (!problems.includes(problem)) problems.push(problem)
  }

  const transportTo = ({ nodes, urlOf }: SceneChain, timeout: number): Transport => {
    const parts = nodes.map((node) => {
      const fetchOptions = { headers: { authorization: `Bearer ${CANARY}`, 'x-app': 'faults' } }
      return guarded(http(urlOf(node), { fetchOptions, timeout }), { fetch: scene.fetch })
    })
    const [only] = parts
    if (only === undefined) throw new TypeError('a chain has nodes')
    return isQuorum ? quorum(parts, { agree: 2, hedgeAfter: 150, timeout }) : only
  }
  // Who asks viem's client has no deadline but that of the transport.
  const timeout = played.phase === 'request' ? deadline : UNHURRIED
  const client = createMarginClient({
    chains: [scene.source.chain, scene.destination.chain],
    transports: {
      [scene.source.chain.id]: transportTo(scene.source, timeout),
      [scene.destination.chain.id]: transportTo(scene.destination, timeout),
    },
    adapters: scene.adapters,
    routers: scene.routers,
    routes: scene.routes,
    // Seconds. Chains that stand still, because a busy machine does, are not what is played here.
    maxBlockAge: 3_600,
  })
  const broken = at === 'source' ? scene.source : scene.destination
  const healthy = at === 'source' ? scene.destination : scene.source
  const tell = (value: unknown): void => {
    texts.push(typeof value === 'string' ? value : inspect(value, EVERYTHING))
  }
  client.on('error', tell)

  return {
    scene,
    case: played,
    client,
    walletTransport: (chain) => transportTo(chain, deadline),
    broken,
    options: { timeout: deadline },
    breakNodes: () => {
      mends = played.breaks.map(({ node, fault, scope }) => {
        const target = broken.nodes[node]
        if (target === undefined) throw new TypeError(`there is no node ${node}`)
        const isStruck = () => {
          strikes += 1
        }
        return target.break(counted(fault, isStruck), scope)
      })
    },
    mend: () => {
      for (const mend of mends.splice(0)) mend()
    },
    strikes: () => strikes,
    say,
    tell,
    settle: async (promise, { reads = 1, isOfViem = false, timeout = deadline } = {}) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const hung = new Promise<Settled<never>>((resolve) => {
        timer = setTimeout(() => resolve({ status: 'hung' }), reads * timeout + GRACE)
      })
      const settled = await Promise.race([promise.then(done, failed), hung])
      clearTimeout(timer)
      if (settled.status === 'hung') say('it did not end by its deadline')
      if (settled.status === 'failed') {
        tell(settled.error)
        if (!isOfViem && !isUnimarginError(settled.error)) say(`an error that is not ours: ${inspect(settled.error)}`)
      }
      return settled
    },
    judge: async (view, before, { owner = scene.account.address, isMended = false, mayBeOld = false } = {}) => {
      tell(JSON.stringify(view, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
      for (const problem of dishonesties(view, isQuorum)) say(problem)
      const { isTrue } = guarantee
      const isWhole = isMended || guarantee.isWhole
      const isOldFine = mayBeOld || !(isMended || guarantee.isCurrent)
      const after = await headsOf(scene)
      const blockOn = (chain: SceneChain, head: bigint, oldest: bigint, mustBeTrue: boolean): bigint => {
        const reading = view.chains.find(({ chainId }) => chainId === chain.chain.id)
        if (reading?.status !== 'read' || !mustBeTrue) return head
        const { number } = reading.block
        const isHead = number <= head && (isOldFine || number >= oldest)
        if (!isHead) say(`block ${number} of ${chain.chain.name} passes for the head, ${oldest} to ${head}`)
        return isHead ? number : head
      }
      const isTrueAt = (chain: SceneChain) => chain === healthy || isTrue
      const heads: Heads = {
        source: blockOn(scene.source, after.source, before.source, isTrueAt(scene.source)),
        destination: blockOn(scene.destination, after.destination, before.destination, isTrueAt(scene.destination)),
      }
      const truth = await trueView(scene, owner, heads)
      const sure = [scene.source, scene.destination].filter(isTrueAt).map(({ chain }) => chain.id)
      for (const problem of untruths(view, truth, sure)) say(problem)
      if (!isTrue) return
      for (const problem of untrueMoves(view, truth)) say(problem)
      for (const reading of view.chains) {
        const fact = truth.chains.find(({ chainId }) => chainId === reading.chainId)
        if (reading.status !== 'read' || fact?.status !== 'read') continue
        if (reading.block.timestamp !== fact.block.timestamp) say(`the time of a block on ${reading.name} is wrong`)
      }
      const missing = view.issues.map(({ path, reason }) => `${path}: ${reason}`)
      // A deadline that is meant to pass may pass on a busy machine for what is well, too.
      // A cut goes back to where the oldest chain is: that may be before the contracts of the other were there.
      const isHurried = deadline < PATIENT || (mayBeOld && !guarantee.isCurrent)
      const needed = isWhole ? missing : isHurried ? [] : issuesOn(view, healthy)
      if (needed.length > 0) say(`what could be known is unknown: ${needed.join('; ')}`)
      if (missing.length === 0 && view.verdict !== truth.verdict) say(`the verdict is ${view.verdict}`)
    },
    get problems() {
      const isLeaked = texts.some((text) => text.includes(CANARY))
      const isHostile = texts.some((text) => HOSTILE.test(text))
      return [
        ...problems,
        ...(isLeaked ? ['a secret was told'] : []),
        ...(isHostile ? ['a text would control the terminal that prints it'] : []),
      ]
    },
    close: () => client.close(),
  }
}

/** Milliseconds from which on a deadline is not meant to pass. */
export const PATIENT = 5_000

function issuesOn({ issues }: MarginView, { chain }: SceneChain): readonly string[] {
  return issues.filter(({ chainId }) => chainId === chain.id).map(({ path, reason }) => `${path}: ${reason}`)
}

/** Escapes and changes of direction, as they are or as they are written in JSON and by `inspect`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const HOSTILE = /\u001b|\\u001b|\\x1b|[\u202a-\u202e\u2066-\u2069]/i

const EVERYTHING = { depth: 12, maxArrayLength: null, maxStringLength: null, showHidden: true } as const

function done<value>(value: value): Settled<value> {
  return { status: 'done', value }
}

function failed(error: unknown): Settled<never> {
  return { status: 'failed', error }
}
