import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from 'viem'
import { createQueue } from '../chain/createQueue.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { DevnetRpcError } from '../errors/DevnetRpcError.ts'
import { MessageStepError } from '../errors/MessageStepError.ts'
import { MessageTimeoutError } from '../errors/MessageTimeoutError.ts'
import { UnknownMessageError } from '../errors/UnknownMessageError.ts'
import { composeMessage } from './composeMessage.ts'
import { createFollower } from './createFollower.ts'
import { deliverMessage, isDeliverable } from './deliverMessage.ts'
import * as MessageBook from './MessageBook.ts'
import { hasReached, type MessagePhase, type MessageRecord, type MessageStep } from './MessageRecord.ts'
import * as MessageRules from './MessageRules.ts'
import type { Messages } from './Messages.ts'
import { verifyMessage } from './verifyMessage.ts'

/** The worker, and what only the devnet itself does with it. */
export type MessageWorker = {
  readonly messages: Messages
  /** Runs a task while no step is under way and none begins. */
  readonly alone: <value>(task: () => Promise<value>) => Promise<value>
  /** What a snapshot must keep. */
  readonly rules: () => MessageRules.MessageRules
  /** After chains went back: reads them anew from their first block. Call it alone. */
  readonly restart: (rules: MessageRules.MessageRules) => void
  /** Stops following the chains; resolves when nothing is under way. */
  readonly stop: () => Promise<void>
}

const POLL_INTERVAL = 40
const WAIT_TIMEOUT = 30_000

/** Starts to carry messages between chains. */
export function createMessageWorker(chains: readonly DeployedChain[]): MessageWorker {
  const alone = createQueue()
  const { book, follow, restart } = createFollower(chains)
  let rules = MessageRules.NONE
  let isStopped = false

  const destinationOf = ({ record }: MessageBook.Entry): DeployedChain | undefined =>
    chains.find(({ spec }) => spec.eid === record.dstEid)

  const take = async (entry: MessageBook.Entry, step: MessageStep, gas?: bigint): Promise<void> => {
    const chain = destinationOf(entry)
    const { packet, paid, record } = entry
    if (chain === undefined) throw stepError(record, step, `nobody runs the chain with endpoint id ${record.dstEid}`)
    try {
      if (step === 'verify') await verifyMessage(chain, packet)
      if (step === 'deliver') await deliverMessage(chain, packet, paid, gas)
      if (step === 'compose') await compose(chain, entry, gas)
    } catch (error) {
      if (!(error instanceof MessageStepError)) throw error
      MessageBook.fail(book(), record.guid, step, error.reason)
    }
    await follow()
    // Something must have become of it, or it would be tried for ever.
    if (book().entries.get(record.guid)?.record === record) {
      MessageBook.fail(book(), record.guid, step, 'the chain says nothing about it')
    }
  }

  const compose = async (chain: DeployedChain, { record, paid }: MessageBook.Entry, gas?: bigint): Promise<void> => {
    const queued = record.composes.find(({ status }) => status === 'queued')
    const next = MessageBook.nextCompose({ record, paid }) ?? (gas === undefined ? undefined : queued)
    if (next === undefined) throw stepError(record, 'compose', 'no compose is queued that was paid for')
    const forIt = paid.compose.get(next.index) ?? { gas: 0n, value: 0n }
    await composeMessage(chain, record.guid, next, { ...forIt, gas: gas ?? forIt.gas })
  }

  const underGasFor = (record: MessageRecord, step: MessageStep): bigint | undefined => {
    if (step === 'verify') return undefined
    const taken = MessageRules.takeUnderGas(rules, record, step)
    rules = taken.rules
    return taken.gas
  }

  const mayMove = async (chain: DeployedChain, { record, packet }: MessageBook.Entry, step: MessageStep) => {
    if (MessageRules.standing(rules, record, step) !== 'free') return false
    return step !== 'deliver' || isDeliverable(chain, packet)
  }

  /** Takes the next step of a message if it may move by itself. Says whether it took one. */
  const advance = async (entry: MessageBook.Entry): Promise<boolean> => {
    const step = MessageBook.nextStep(entry)
    const chain = destinationOf(entry)
    if (step === undefined || chain === undefined) return false
    try {
      if (!(await mayMove(chain, entry, step))) return false
      await take(entry, step, underGasFor(entry.record, step))
      return true
    } catch (error) {
      // The chain does not answer now; it may later. Messages to other chains go on.
      if (error instanceof DevnetRpcError) return false
      throw error
    }
  }

  /** Follows the chains and takes one step for each message that may move. Says whether it took any. */
  const tick = async (): Promise<boolean> => {
    await follow()
    let moved = false
    for (const guid of [...book().entries.keys()]) {
      const entry = book().entries.get(guid)
      if (entry !== undefined && (await advance(entry))) moved = true
    }
    return moved
  }

  const known = async (guid: Hex): Promise<MessageBook.Entry> => {
    await follow()
    const entry = book().entries.get(guid)
    if (entry === undefined) throw new UnknownMessageError(guid)
    return entry
  }

  const takeAlone = (guid: Hex, step: MessageStep, { gas, again }: { gas?: bigint | undefined; again: boolean }) =>
    alone(async () => {
      const { record } = await known(guid)
      if (again) {
        if (record.failure?.step !== step) throw stepError(record, step, 'it did not fail there')
        MessageBook.forgive(book(), guid)
      }
      await assertBefore(await known(guid), step)
      const entry = await known(guid)
      await take(entry, step, gas ?? (again ? undefined : underGasFor(entry.record, step)))
      return (await known(guid)).record
    })

  const assertBefore = async (entry: MessageBook.Entry, step: MessageStep): Promise<void> => {
    const { record, packet } = entry
    if (record.failure !== undefined) throw stepError(record, step, `${record.failure.step} failed: retry that`)
    const phase: Readonly<Record<MessageStep, MessagePhase>> = {
      verify: 'sent',
      deliver: 'verified',
      compose: 'delivered',
    }
    if (record.phase !== phase[step]) throw stepError(record, step, `it is ${record.phase}`)
    const chain = destinationOf(entry)
    if (step === 'deliver' && chain !== undefined && !(await isDeliverable(chain, packet))) {
      throw stepError(record, step, 'an earlier message on its pathway is not verified yet')
    }
  }

  const order = (filter: MessageRules.MessageFilter, what: 'hold' | 'drop' | 'release'): Promise<void> =>
    alone(async () => {
      rules = MessageRules.order(rules, filter, what)
    })

  const idle = (): Promise<void> =>
    alone(async () => {
      while (await tick()) {
        // Each round takes one step per message; steps that fail are not repeated, so that this ends.
      }
    })

  const waitFor = async (guid: Hex, phase: MessagePhase, timeout = WAIT_TIMEOUT): Promise<MessageRecord> => {
    const deadline = Date.now() + timeout
    for (;;) {
      const record = book().entries.get(guid)?.record
      if (record !== undefined && hasReached(record, phase)) return record
      if (Date.now() > deadline || isStopped) {
        throw new MessageTimeoutError({
          guid,
          waitedFor: phase,
          standing: isStopped ? 'the devnet was closed' : describe(rules, record),
          timeout,
        })
      }
      await sleep(10)
    }
  }

  const messages: Messages = {
    get: (guid) => book().entries.get(guid)?.record,
    list: () => [...book().entries.values()].map(({ record }) => record),
    waitFor,
    idle,
    hold: (filter = {}) => order(filter, 'hold'),
    release: (filter = {}) => order(filter, 'release'),
    drop: (guid) => order({ guid }, 'drop'),
    reorder: async (guids) => {
      for (const guid of guids) {
        const { record } = await alone(() => known(guid))
        for (const earlier of MessageBook.upTo(book(), record)) {
          if (earlier.phase === 'sent') await messages.verify(earlier.guid)
        }
      }
      for (const guid of guids) {
        const { phase, composes } = await messages.deliver(guid)
        if (phase === 'delivered' && composes.length > 0) await messages.compose(guid)
      }
    },
    underGas: (filter, gas) =>
      alone(async () => {
        rules = MessageRules.starve(rules, typeof filter === 'string' ? { guid: filter } : filter, gas)
      }),
    verify: (guid) => takeAlone(guid, 'verify', { again: false }),
    deliver: (guid) => takeAlone(guid, 'deliver', { again: false }),
    compose: (guid) => takeAlone(guid, 'compose', { again: false }),
    retryDelivery: (guid, { gas } = {}) => takeAlone(guid, 'deliver', { gas, again: true }),
    retryCompose: (guid, { gas } = {}) => takeAlone(guid, 'compose', { gas, again: true }),
  }

  const run = async (): Promise<void> => {
    while (!isStopped) {
      // A chain that does not answer now may do so later; who waits for a message is told by a timeout.
      await alone(tick).catch(() => {})
      await sleep(POLL_INTERVAL)
    }
  }
  const running = run()
  const stop = async (): Promise<void> => {
    isStopped = true
    await running
  }
  const goBack = (before: MessageRules.MessageRules): void => {
    rules = before
    restart()
  }
  return { messages, alone, rules: () => rules, restart: goBack, stop }
}

function stepError({ guid }: MessageRecord, step: MessageStep, reason: string): MessageStepError {
  return new MessageStepError({ guid, step, reason })
}

function describe(rules: MessageRules.MessageRules, record: MessageRecord | undefined): string {
  if (record === undefined) return 'not seen on any chain'
  if (record.failure !== undefined) return `${record.phase}; ${record.failure.step} failed: ${record.failure.reason}`
  const steps: Readonly<Record<MessagePhase, MessageStep>> = {
    sent: 'verify',
    verified: 'deliver',
    delivered: 'compose',
    composed: 'compose',
  }
  const standing = MessageRules.standing(rules, record, steps[record.phase])
  return standing === 'free' ? record.phase : `${record.phase} (${standing})`
}
