import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Finality } from '../../model/Block.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import { whenAborted } from '../../reads/whenAborted.ts'
import type { ChainOutcome } from '../readChain.ts'
import { type Cut, readChains } from '../readChains.ts'
import { toMarginView } from '../toMarginView.ts'
import * as AccountWatch from './AccountWatch.ts'
import * as ChainWatch from './ChainWatch.ts'
import type { CrossingRule } from './Crossings.ts'
import { createEmitter } from './createEmitter.ts'
import { createSchedule } from './createSchedule.ts'
import type { Emission, MarginWatch, WatchedAccount } from './MarginWatch.ts'
import { WatchClosedError } from './WatchErrors.ts'

/** A chain that cannot be read is tried again at least this often, in milliseconds. */
const MAX_REST = 60_000

/** Watches accounts; everything was checked before. */
export function createMarginWatch(
  context: MarginContext,
  parameters: {
    readonly accounts: readonly WatchedAccount[]
    /** Milliseconds. */
    readonly interval: number
    readonly rule: CrossingRule
    readonly timeout: number
    readonly finality: Finality | undefined
    readonly cut: Cut | undefined
    readonly signal: AbortSignal | undefined
  },
): MarginWatch {
  const { accounts, interval, rule, timeout, finality, cut } = parameters
  // One list for good: what is read for it is remembered with it.
  const owners: readonly Address[] = [...new Set(accounts.flatMap((account) => account.owners))]
  const maxRest = Math.floor(MAX_REST / interval)
  const controller = new AbortController()
  const { signal } = controller
  const emitter = createEmitter()
  const chains = new Map<number, ChainWatch.ChainWatch>()
  const watches = new Map(accounts.map((account) => [account.id, AccountWatch.unseen(account)]))
  const chainWatch = (chainId: number): ChainWatch.ChainWatch => chains.get(chainId) ?? ChainWatch.UNSEEN

  /** Tries a chain that failed, with the smallest request there is and without holding up the others. */
  const tryOut = async (chainId: number): Promise<void> => {
    chains.set(chainId, { ...chainWatch(chainId), trial: 'running' })
    const client = context.getClient(chainId)
    const snapshot = await getSnapshot(client, { chainId, reads: [], timeout, signal, finality })
    const watch = chainWatch(chainId)
    // A refresh that somebody asked for was quicker.
    if (watch.trial !== 'running') return
    const isRead = snapshot.status === 'read'
    chains.set(chainId, isRead ? { ...watch, trial: 'passed' } : ChainWatch.fail(watch, maxRest))
    if (isRead && schedule.state === 'running') schedule.hurry()
  }

  /** The chains to spare in this round, with what they brought last. */
  const spared = (): ReadonlyMap<number, ChainOutcome> => {
    const kept = new Map<number, ChainOutcome>()
    const isAnyWell = context.chains.some(({ id }) => chainWatch(id).failures === 0)
    for (const { id } of context.chains) {
      const watch = chainWatch(id)
      if (watch.outcome === undefined || watch.failures === 0 || watch.trial === 'passed') continue
      if (watch.rest > 0) chains.set(id, { ...watch, rest: watch.rest - 1 })
      // With nobody to hold up, there is no need to try first.
      else if (!isAnyWell) continue
      else if (watch.trial === 'none') void tryOut(id).catch(() => {})
      kept.set(id, watch.outcome)
    }
    return kept
  }

  const round = async (isAsked: boolean): Promise<void> => {
    if (signal.aborted) throw new WatchClosedError()
    try {
      const kept = isAsked ? new Map<number, ChainOutcome>() : spared()
      const outcomes = await readChains(context, { owners, timeout, signal, finality, cut, kept })
      if (signal.aborted) throw new WatchClosedError()
      for (const emission of take(outcomes, kept)) {
        if (signal.aborted) throw new WatchClosedError()
        emitter.emit(emission)
      }
    } catch (error) {
      if (signal.aborted) throw new WatchClosedError()
      emitter.emit({ event: 'error', payload: error })
      throw error
    }
  }

  /** Takes note of everything first, so that whoever is told finds the watch as it will stay. */
  const take = (outcomes: readonly ChainOutcome[], kept: ReadonlyMap<number, ChainOutcome>): readonly Emission[] => {
    const emissions: Emission[] = []
    let isAnyNew = false
    for (const outcome of outcomes) {
      const { id } = outcome.chain
      if (kept.get(id) === outcome) continue
      const seen = ChainWatch.observe(chainWatch(id), outcome, maxRest)
      chains.set(id, seen.watch)
      emissions.push(...seen.emissions)
      isAnyNew ||= seen.isNew
    }
    for (const [id, watch] of watches) {
      if (!isAnyNew && watch.view !== undefined) continue
      try {
        const view = toMarginView(context, outcomes, watch.account.owners)
        const seen = AccountWatch.observe(watch, view, outcomes, rule)
        watches.set(id, seen.watch)
        emissions.push(...seen.emissions)
      } catch (error) {
        // An adapter's mistake over one account is no reason to lose the others.
        emissions.push({ event: 'error', payload: error })
      }
    }
    return emissions
  }

  const schedule = createSchedule({ interval, round })

  const close = (): void => {
    for (const forget of forgets) forget()
    schedule.close()
    emitter.clear()
    controller.abort()
  }
  const forgets = [parameters.signal, context.closing].map((end) => whenAborted(end, close))

  const assertOpen = (): void => {
    if (schedule.state === 'closed') throw new WatchClosedError()
  }
  const viewOf = (id: string | undefined): MarginView | undefined => watches.get(id ?? accounts[0]?.id ?? '')?.view

  return {
    accounts,
    get state() {
      return schedule.state
    },
    on: (event, listener) => {
      assertOpen()
      return emitter.on(event, listener)
    },
    off: emitter.off,
    latest: viewOf,
    pause: () => {
      assertOpen()
      schedule.pause()
    },
    resume: () => {
      assertOpen()
      schedule.resume()
    },
    refresh: async () => {
      assertOpen()
      await schedule.ask()
      return accounts.flatMap(({ id }) => viewOf(id) ?? [])
    },
    close,
  }
}
