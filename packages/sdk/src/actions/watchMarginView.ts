import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Finality } from '../model/Block.ts'
import { assertDeadline, assertMilliseconds, DEFAULT_TIMEOUT, type DeadlineOptions } from '../reads/withDeadline.ts'
import { OutOfRangeError } from '../units/OutOfRangeError.ts'
import { WAD } from '../units/Wad.ts'
import { NoOwnerError } from './NoOwnerError.ts'
import { type OwnersParameter, parseOwners } from './parseOwners.ts'
import type { Cut } from './readChains.ts'
import { createMarginWatch } from './watch/createMarginWatch.ts'
import type { MarginWatch, WatchedAccount } from './watch/MarginWatch.ts'
import { DuplicateAccountError, WatchClosedError } from './watch/WatchErrors.ts'

/** An account to watch. */
export type AccountParameter = OwnersParameter & {
  /** What events call it. The owners' checksum addresses, joined by commas, unless given. */
  readonly id?: string | undefined
}

/** Parameters of {@link watchMarginView}. The deadline holds for each chain in each refresh; the signal closes the watch. */
export type WatchMarginViewParameters = DeadlineOptions & {
  /**
   * How often to look: once per `block`, or every so many milliseconds. A block is the shortest block time of the chains
   * (2 seconds where viem does not know it), and never less than a second. Each wait is up to 10 % longer or shorter, and
   * begins when the refresh before has ended.
   */
  readonly every?: 'block' | number | undefined
  /** Health factors whose crossing is told, WAD. Unless given: 1 and the client's `atRisk` and `watch`. */
  readonly thresholds?: readonly bigint[] | undefined
  /** Share of a threshold (WAD) by which a health factor must exceed it to count as back. Defaults to 1 %. */
  readonly hysteresis?: bigint | undefined
  /** As for `getMarginView`. */
  readonly finality?: Finality | undefined
  readonly cut?: Cut | undefined
} & (
    | { readonly accounts: readonly AccountParameter[]; readonly owner?: undefined; readonly owners?: undefined }
    | (AccountParameter & { readonly accounts?: undefined })
  )

/**
 * Looks after one account or many, and tells what changes: `view`, `verdict`, `health` (a threshold was crossed),
 * `chain:degraded` and `chain:recovered`, `move`, `error`. The first refresh begins at once.
 *
 * **Cost.** One request per chain and refresh for all accounts together, as long as their calls fit in one: 1,000, unless
 * the client has another `maxCalls`. An Aave V3 pool takes about 11 calls per reserve, and 2 and as many again as 2 (3 with
 * stable debt) per reserve for each owner; a router takes 2 per owner. So 30 owners of a pool with 10 reserves are one request, 1,000 are 25.
 *
 * **When a chain fails**, the others go on. Its positions are `unread`, with what was last read as `lastKnown`; it is tried
 * again by itself, in longer and longer intervals up to a minute (or `every`, where that is longer), and takes part again as
 * soon as it answers.
 *
 * **Identity.** A view is told, and is another object, only when a chain brought another block, other values, another
 * failure or other doubts; its `age` is that of the moment when it was made. Within it, a position is the same object
 * (`===`) as before if nothing that it says has changed, its block included; its `collateral` and `debt` are the same lists
 * as long as what was read of the owner is. So memoised components need no comparison of their own.
 *
 * A listener cannot harm it: what one throws goes to `error`, promises are not awaited, nothing queues up.
 *
 * @throws NoOwnerError when there is no account, or one without owners.
 * @throws InvalidAddressError when an owner is no address.
 * @throws DuplicateAccountError when two accounts have the same id.
 * @throws InvalidTimeoutError when `timeout` or `every` is not within 1 to 2147483647 milliseconds.
 * @throws OutOfRangeError when a threshold is not above zero, or `hysteresis` is not within 0 to 1 (WAD).
 * @throws AbortedError when `signal` is aborted already.
 * @throws WatchClosedError when the client is closed.
 *
 * @example
 * import { type MarginContext, type MarginWatch, Wad, watchMarginView } from '@unimargin/sdk'
 *
 * export function alarm(client: MarginContext, owners: readonly `0x${string}`[]): MarginWatch {
 *   const watch = watchMarginView(client, { accounts: owners.map((owner) => ({ owner })) })
 *   watch.on('health', ({ account, market, direction, threshold }) => {
 *     console.log(account.id, market.name, direction, Wad.format(threshold))
 *   })
 *   watch.on('chain:degraded', ({ chainId, reason }) => console.warn(chainId, reason))
 *   return watch
 * }
 */
export function watchMarginView(client: MarginContext, parameters: WatchMarginViewParameters): MarginWatch {
  const accounts = parseAccounts(parameters)
  assertDeadline(parameters)
  if (client.closing?.aborted === true) throw new WatchClosedError()
  const { timeout = DEFAULT_TIMEOUT, every = 'block', finality, cut, signal, hysteresis = WAD / 100n } = parameters
  const interval = every === 'block' ? blockTimeOf(client) : every
  assertMilliseconds('every', interval)
  const { atRisk, watch } = client.thresholds
  const thresholds = [...new Set(parameters.thresholds ?? [WAD, atRisk, watch])].sort((a, b) => (a < b ? 1 : -1))
  for (const threshold of thresholds) assertWithin('threshold', threshold, 1n, MAX_THRESHOLD)
  assertWithin('hysteresis', hysteresis, 0n, WAD)
  const rule = { thresholds, hysteresis }
  return createMarginWatch(client, { accounts, interval, rule, timeout, finality, cut, signal })
}

/** No health factor means anything more above a million. */
const MAX_THRESHOLD = WAD * 1_000_000n

function assertWithin(parameter: string, value: bigint, min: bigint, max: bigint): void {
  if (value < min || value > max) throw new OutOfRangeError({ parameter, value, min, max })
}

function parseAccounts(parameters: WatchMarginViewParameters): readonly WatchedAccount[] {
  const given = parameters.accounts ?? [parameters]
  if (given.length === 0) throw new NoOwnerError()
  const ids = new Set<string>()
  return given.map((account) => {
    const owners = parseOwners(account)
    const id = account.id ?? owners.join(',')
    if (ids.has(id)) throw new DuplicateAccountError(id)
    ids.add(id)
    return Object.freeze({ id, owners: Object.freeze(owners) })
  })
}

/** Milliseconds, where viem does not know how long a block of a chain takes. */
const DEFAULT_BLOCK_TIME = 2_000
/** Milliseconds: chains with several blocks a second are not asked for each. */
const MIN_BLOCK_TIME = 1_000

function blockTimeOf({ chains }: MarginContext): number {
  return Math.max(MIN_BLOCK_TIME, Math.min(...chains.map(({ blockTime }) => blockTime ?? DEFAULT_BLOCK_TIME)))
}
