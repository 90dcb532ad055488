import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Finality } from '../model/Block.ts'
import type { MarginView } from '../model/MarginView.ts'
import { assertDeadline, DEFAULT_TIMEOUT, type DeadlineOptions } from '../reads/withDeadline.ts'
import { type OwnersParameter, parseOwners } from './parseOwners.ts'
import { type Cut, readChains } from './readChains.ts'
import { toMarginView } from './toMarginView.ts'

/** Parameters of {@link getMarginView}. The deadline holds for each chain. */
export type GetMarginViewParameters = OwnersParameter &
  DeadlineOptions & {
    /**
     * How final the blocks shall be that the chains are read at. `latest` unless given: it is what liquidators see, and may
     * still be reorganised. `safe` and `finalized` are minutes older: for accounting.
     */
    readonly finality?: Finality | undefined
    /**
     * How the chains' blocks go together. `latest`, unless given: each at its latest block, and a chain that turns out to be
     * behind another is read once more. `time`: each at its last block up to the time of the oldest fresh head, for figures
     * of one moment; that costs some headers and a second `eth_call` for every chain but the oldest.
     */
    readonly cut?: Cut | undefined
  }

/**
 * Reads the whole account: every position of the owners in every market, each chain at one block, judged by the protocols'
 * own rules; what is in flight or parked; totals, weakest, aggregate and verdict. Values and ratios are WAD.
 *
 * One `eth_call` per chain; a second one only when metadata is missing or too old, or when another chain proves that this
 * one is behind: no collateral counts on two chains. What was read and is doubtful is in `flags`: a node or a chain that
 * stands still, a sequencer that is down, an old price. Each chain and each market fails
 * alone: its positions are `unread`, `issues` says why and since when, the account's totals are partial and its verdict is `unknown`,
 * while the other positions keep their health. Never throws for what a node does.
 *
 * @throws NoOwnerError when no owner is given.
 * @throws InvalidAddressError when an owner is no address.
 * @throws AbortedError when `signal` is aborted.
 * @throws InvalidTimeoutError when `timeout` is not within 1 to 2147483647 milliseconds.
 *
 * @example
 * import { getMarginView, type MarginContext, Wad } from '@unimargin/sdk'
 *
 * export async function printWeakest(client: MarginContext): Promise<void> {
 *   const view = await getMarginView(client, { owner: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' })
 *   const { health } = view.weakest
 *   console.log(view.verdict, health.status === 'known' ? Wad.format(health.factor) : health.status)
 * }
 */
export async function getMarginView(client: MarginContext, parameters: GetMarginViewParameters): Promise<MarginView> {
  const owners = parseOwners(parameters)
  assertDeadline(parameters)
  const { timeout = DEFAULT_TIMEOUT, signal, finality, cut } = parameters
  return toMarginView(client, await readChains(client, { owners, timeout, signal, finality, cut }), owners)
}
