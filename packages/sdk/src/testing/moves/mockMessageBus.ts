import type { Hex } from '../../model/Hex.ts'
import type { MockChain } from '../chain/MockChain.ts'
import { MockStepError, UnknownMockMessageError } from './BusErrors.ts'
import * as Carry from './carry.ts'
import {
  fits,
  type MockMessage,
  type MockMessageFilter,
  type MockMessagePhase,
  type MockMessageStep,
  PHASES,
  stepAfter,
} from './MockMessage.ts'
import type { Packet } from './Packet.ts'
import * as Parts from './Parts.ts'
import { type MoveDeployments, type MoveSetup, setUpMoves } from './setUpMoves.ts'

/** What a message bus is told when it is made. */
export type MockMessageBusParameters = MoveSetup & {
  /** Blocks of the source on top of a sending, before the bus touches it; none unless told. */
  readonly delay?: number | undefined
}

/**
 * LayerZero between mocked chains, with routers and OFTs: the `routers` and `routes` of a client (or `endpoints` alone, for direct
 * moves), and whatever can happen to a message. Left alone it carries each message to its end at once. Every step is a transaction on the destination.
 */
export type MockMessageBus = MoveDeployments & {
  /** All messages that the chains know of, oldest first. */
  readonly messages: readonly MockMessage[]
  /** Stops messages; the last order that fits one decides. */
  readonly hold: (filter?: MockMessageFilter) => void
  /** Lets them go. Without a filter all of them, but for what was dropped. */
  readonly release: (filter?: MockMessageFilter) => void
  /** Loses a message as if no DVN had seen it; `release({ guid })` finds it again. */
  readonly drop: (filter?: MockMessageFilter) => void
  /** From now on waits for so many blocks of the source on top of a sending. */
  readonly delay: (blocks: number) => void
  /** Lets the next step of this kind revert, once per message and order: it stays where it was until it is delivered again. */
  readonly revert: (step: 'deliver' | 'compose', filter?: MockMessageFilter) => void
  /** Lets the router find the market unwilling, so that what arrives is parked; gives the function that ends it. */
  readonly park: (filter?: MockMessageFilter, reason?: string) => () => void
  /** Carries one message on, to its end or to a phase, whatever was ordered. @throws MockStepError, UnknownMockMessageError */
  readonly deliver: (guid: Hex, until?: MockMessagePhase) => MockMessage
  /** Carries messages to their ends in this order; those before them on their paths are verified, as the endpoint demands. */
  readonly reorder: (guids: readonly Hex[]) => void
  /** Lets the chains go: what is sent from now on stays where it is. */
  readonly close: () => void
}

/** A packet that was seen, its chains, and when it was sent. */
type Entry = {
  readonly packet: Packet
  readonly source: MockChain
  readonly destination: MockChain
  readonly blockNumber: bigint
}
/** Each order strikes a message once: `done` are those that it has struck. */
type RevertOrder = {
  readonly step: 'deliver' | 'compose'
  readonly filter: MockMessageFilter
  readonly done: Set<Hex>
}
type Order = { readonly filter: MockMessageFilter; readonly what: 'hold' | 'drop' | 'release' }

/**
 * Connects mocked chains: puts a collateral router, a LayerZero endpoint and OFTs onto each, and carries the messages
 * between them, so that a whole move can be tested without an EVM. Markets have to be on the chains before.
 *
 * Where a chain is reorganised, what it takes back is gone: a sending that nobody has verified yet is forgotten, one that
 * was verified stays and arrives, as on real chains; and what the destination took back is carried once more.
 *
 * @throws BusChainsError when there are fewer than two chains, or one of them twice.
 * @throws NoMockRouteError when an asset is to move that fewer than two chains list.
 *
 * @example
 * import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
 * import { createMarginClient } from '@unimargin/sdk'
 * import { mockChain, mockMessageBus } from '@unimargin/sdk/testing'
 * import { arbitrum, base } from 'viem/chains'
 *
 * const reserves = { WETH: { price: '2000', liquidationThreshold: '0.825' } }
 * const [left, right] = [mockAaveV3({ chainId: arbitrum.id, reserves }), mockAaveV3({ chainId: base.id, reserves })]
 * const source = mockChain({ chain: arbitrum, markets: [left] })
 * const destination = mockChain({ chain: base, markets: [right] })
 * const bus = mockMessageBus({ chains: [source, destination] })
 * const client = createMarginClient({
 *   chains: [arbitrum, base],
 *   transports: { [arbitrum.id]: source.transport, [base.id]: destination.transport },
 *   adapters: [left.adapter, right.adapter],
 *   routers: bus.routers,
 *   routes: bus.routes,
 * })
 */
export function mockMessageBus(parameters: MockMessageBusParameters): MockMessageBus {
  const { chains } = parameters
  const { routers, endpoints, routes } = setUpMoves(parameters)
  const chainByEid = new Map(
    routers.flatMap(({ eid, chainId }) => chains.filter(({ chain }) => chain.id === chainId).map((one) => [eid, one])),
  )
  let blocks = parameters.delay ?? 0
  let orders: readonly Order[] = []
  let reverts: readonly RevertOrder[] = []
  let parks: readonly { readonly filter: MockMessageFilter; readonly reason: string }[] = []
  const seen = new Map<Hex, Entry>()
  const failed = new Map<Hex, MockMessageStep>()

  /** Finds what the chains have sent, and forgets what they took back before anybody vouched for it. */
  const look = (): readonly Entry[] => {
    const sent = new Map<Hex, Entry>()
    for (const source of chains) {
      for (const { packet, blockNumber } of Parts.endpointIn(source.state, source.chain.id)?.outbox ?? []) {
        const destination = chainByEid.get(packet.dstEid)
        if (destination !== undefined) sent.set(packet.guid, { packet, source, destination, blockNumber })
      }
    }
    for (const [guid, { packet, destination }] of seen) {
      if (!sent.has(guid) && Carry.phaseOf(packet, destination) === 'sent') seen.delete(guid)
    }
    for (const [guid, entry] of sent) seen.set(guid, entry)
    return [...seen.values()]
  }

  const messageOf = (entry: Entry): MockMessage => {
    const { packet, source, destination } = entry
    const phase = Carry.phaseOf(packet, destination)
    const base = { guid: packet.guid, nonce: packet.nonce, phase }
    const message = { ...base, sourceChainId: source.chain.id, destinationChainId: destination.chain.id }
    const step = stepAfter(phase, Carry.isPlain(packet))
    const isFailed = step !== undefined && failed.get(packet.guid) === step
    return { ...message, failed: isFailed ? step : undefined, waits: step && waits(entry, message, step) }
  }

  const waits = ({ source, blockNumber }: Entry, message: MockMessage, step: MockMessageStep): MockMessage['waits'] => {
    const order = orders.filter(({ filter }) => fits(filter, message, step)).at(-1)?.what
    if (order === 'drop') return 'dropped'
    if (order === 'hold') return 'held'
    return step === 'verify' && source.block.number < blockNumber + BigInt(blocks) ? 'delayed' : undefined
  }

  /** Takes one step; gives whether it got further. */
  const take = ({ packet, destination }: Entry, message: MockMessage, step: MockMessageStep): boolean => {
    const toRevert = reverts.filter((one) => one.step === step && fits(one.filter, message, step))
    if (step !== 'verify' && toRevert.some(({ done }) => !done.has(packet.guid))) {
      for (const { done } of toRevert) done.add(packet.guid)
      failed.set(packet.guid, step)
      Carry.alert(packet, step, destination)
      return false
    }
    if (step === 'compose') {
      const park = parks.find(({ filter }) => fits(filter, message, step))
      if (park !== undefined) Carry.refuse(packet, park.reason, destination)
    }
    Carry.carry(packet, step, destination)
    const isFurther = Carry.phaseOf(packet, destination) !== message.phase
    if (isFurther) failed.delete(packet.guid)
    else failed.set(packet.guid, step)
    return isFurther
  }

  // A step makes a block, and a block brings us here again: only the first of these goes on.
  let isBusy = false
  const exclusively = <result>(act: () => result): result => {
    const wasBusy = isBusy
    isBusy = true
    try {
      return act()
    } finally {
      isBusy = wasBusy
    }
  }
  const sweep = (): void => {
    if (isBusy) return
    exclusively(() => {
      while (look().filter(carryOn).length > 0);
    })
  }
  const carryOn = (entry: Entry): boolean => {
    const message = messageOf(entry)
    const step = stepAfter(message.phase, Carry.isPlain(entry.packet))
    if (step === undefined || message.waits !== undefined || message.failed !== undefined) return false
    return Carry.isReady(entry.packet, step, entry.destination) && take(entry, message, step)
  }

  const entryOf = (guid: Hex): Entry => {
    const entry = look().find(({ packet }) => packet.guid === guid)
    if (entry === undefined) throw new UnknownMockMessageError({ guid, known: [...seen.keys()] })
    return entry
  }
  const deliver = (guid: Hex, until: MockMessagePhase = 'composed'): MockMessage => {
    const entry = entryOf(guid)
    exclusively(() => {
      for (;;) {
        const message = messageOf(entry)
        const step = stepAfter(message.phase, Carry.isPlain(entry.packet))
        if (step === undefined || PHASES.indexOf(message.phase) >= PHASES.indexOf(until)) return
        if (!Carry.isReady(entry.packet, step, entry.destination)) {
          throw new MockStepError({ guid, step, reason: 'one before it on its path is not verified' })
        }
        if (!take(entry, message, step)) throw new MockStepError({ guid, step, reason: 'it reverted' })
      }
    })
    sweep()
    return messageOf(entry)
  }
  const give = (what: Order['what'], filter: MockMessageFilter): void => {
    const isAll = what === 'release' && Object.values(filter).every((value) => value === undefined)
    orders = isAll ? orders.filter((order) => order.what === 'drop') : [...orders, { filter, what }]
    sweep()
  }

  const ends = chains.map((chain) => chain.watchBlocks(sweep))
  return {
    routers,
    endpoints,
    routes,
    get messages() {
      return look().map(messageOf)
    },
    hold: (filter = {}) => give('hold', filter),
    release: (filter = {}) => give('release', filter),
    drop: (filter = {}) => give('drop', filter),
    delay: (count) => {
      blocks = count
      sweep()
    },
    revert: (step, filter = {}) => {
      reverts = [...reverts, { step, filter, done: new Set() }]
    },
    park: (filter = {}, reason = 'refused by the test') => {
      const entry = { filter, reason }
      parks = [...parks, entry]
      return () => {
        parks = parks.filter((one) => one !== entry)
      }
    },
    deliver,
    reorder: (guids) => {
      const wanted = guids.map(entryOf)
      exclusively(() => {
        for (const { packet, destination } of wanted) {
          const before = look().filter(
            (other) =>
              other.destination === destination &&
              other.packet.sender === packet.sender &&
              other.packet.nonce <= packet.nonce,
          )
          for (const other of before) deliver(other.packet.guid, 'verified')
        }
        for (const guid of guids) deliver(guid)
      })
      sweep()
    },
    close: () => {
      for (const end of ends) end()
    },
  }
}
