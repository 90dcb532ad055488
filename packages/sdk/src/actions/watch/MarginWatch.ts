import type { Block } from '../../model/Block.ts'
import type { Verdict } from '../../model/Health.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { Market } from '../../model/Market.ts'

/** One of the accounts that a watch is about. */
export type WatchedAccount = {
  /** As it was given, or the owners' checksum addresses, joined by commas. */
  readonly id: string
  readonly owners: readonly Address[]
}

/** What a watch tells, by the name of the event. */
export type MarginWatchPayloads = {
  /** An account has a new view. Nothing is told when a refresh brought nothing but what the last one did. */
  readonly view: { readonly account: WatchedAccount; readonly view: MarginView }
  /**
   * A position's health factor fell below a threshold, or is back above it: back means `threshold × (1 + hysteresis)`. What
   * is below when it is first seen is told as well, with no `previous`. Unknown health crosses nothing.
   */
  readonly health: {
    readonly account: WatchedAccount
    /** The position's id. */
    readonly position: string
    readonly owner: Address
    readonly market: Market
    /** WAD. */
    readonly threshold: bigint
    readonly direction: 'below' | 'above'
    /** WAD; absent when there is no debt any more. */
    readonly factor: bigint | undefined
    /** The last one that was known, WAD; absent when there was none, or no debt. */
    readonly previous: bigint | undefined
  }
  /** The verdict on an account changed. The first one is told as well, with no `previous`. */
  readonly verdict: {
    readonly account: WatchedAccount
    readonly verdict: Verdict
    readonly previous: Verdict | undefined
    readonly view: MarginView
  }
  /** A chain cannot be relied on, until `chain:recovered` says otherwise: the two take turns for each chain. */
  readonly 'chain:degraded': {
    readonly chainId: number
    readonly kind: ChainTrouble
    /** Why, in one printable line. */
    readonly reason: string
    /** Seconds since 1970. */
    readonly since: bigint
  }
  /** All of a chain was read again, at a block that is young enough. */
  readonly 'chain:recovered': {
    readonly chainId: number
    /** Since when it could not be relied on, seconds since 1970. */
    readonly since: bigint
    readonly block: Block
  }
  /** A move of an account got further. Each is told on the strength of what a chain says, never of its silence. */
  readonly move: {
    readonly account: WatchedAccount
    readonly guid: Hex
    readonly owner: Address
    /**
     * `in-flight`: it left its chain and has not arrived. `arrived`: credited. `parked`: arrived, and the market would not
     * take it. `settled`: what was parked was retried or claimed.
     */
    readonly status: 'in-flight' | 'arrived' | 'parked' | 'settled'
    /** Where that happened: the source of what is in flight, else the destination. */
    readonly chainId: number
    /** The asset on that chain. */
    readonly asset: Address
    /** Base units on that chain. */
    readonly amount: bigint
  }
  /** Something that no chain and no node explains: a listener that threw (`ListenerError`), an adapter with a mistake. */
  readonly error: unknown
}

/**
 * What is wrong with a chain. `unread`: nothing of it could be read. `disputed`: its nodes contradict each other. `partial`: a
 * market or the router could not be read. `stale`: its block is too old, or it went back. `sequencer`: its sequencer is
 * down, or was until just now.
 */
export type ChainTrouble = 'unread' | 'disputed' | 'partial' | 'stale' | 'sequencer'

/** Who listens to a watch, by the name of the event. */
export type MarginWatchEvents = {
  readonly [event in keyof MarginWatchPayloads]: (payload: MarginWatchPayloads[event]) => void
}

/** One thing to tell. */
export type Emission = {
  readonly [event in keyof MarginWatchPayloads]: {
    readonly event: event
    readonly payload: MarginWatchPayloads[event]
  }
}[keyof MarginWatchPayloads]

/** Looks after accounts until it is closed. */
export type MarginWatch = {
  readonly accounts: readonly WatchedAccount[]
  readonly state: 'running' | 'paused' | 'closed'
  /** Listens; gives the function that stops listening. */
  readonly on: <event extends keyof MarginWatchEvents>(event: event, listener: MarginWatchEvents[event]) => () => void
  readonly off: <event extends keyof MarginWatchEvents>(event: event, listener: MarginWatchEvents[event]) => void
  /** The last view of an account, by its id; of the first account without one. Also after `close`. */
  readonly latest: (account?: string) => MarginView | undefined
  /** Plans no more refreshes and keeps everything. One that is under way still ends and tells. */
  readonly pause: () => void
  /** Refreshes at once and goes on. */
  readonly resume: () => void
  /**
   * Reads every chain now, those that are being spared as well, and gives the accounts' views in their order. While another
   * refresh is under way, one more follows it, for all who asked. Also while paused.
   */
  readonly refresh: () => Promise<readonly MarginView[]>
  /** Ends it for good: no timer, no request and no listener is left. A refresh that somebody awaits rejects. */
  readonly close: () => void
}
