import type { Account } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { CalldataMismatchError } from '../SigningErrors.ts'
import type { MoveWallet } from '../send/Sender.ts'
import type { Log } from '../track/readLogs.ts'
import type { DirectCall } from './DirectCalls.ts'
import type { Handed } from './DirectTrail.ts'

/** Calls of an owner on one chain, and what was written down about them. */

/** What is kept of them, and added to while they are sent. */
export type Kept = {
  /** Their transactions, by step. */
  readonly done: Readonly<Record<string, Hex | undefined>>
  readonly batch?: string | undefined
  readonly handed?: Handed | undefined
}

export type Sending = {
  readonly wallet: MoveWallet
  readonly account: Account | Address
  readonly chain: Ask.Chain
  /** What a wallet is to call them, where it is handed all of them at once: it takes no id twice. */
  readonly id: Hex
  readonly options: DeadlineOptions & { readonly inclusionTimeout?: number | undefined }
  /** What an earlier run has left. */
  readonly before: Kept
  /** Writes down what has changed; awaited before anything more is done. */
  readonly note: (kept: Kept, step?: { readonly name: string; readonly hash: Hex }) => Promise<void>
  /** Steps that are sent again though an earlier run may have sent them: somebody has looked. */
  readonly again: readonly string[]
  /** Holds a step against what is meant, right before the wallet is handed it. */
  readonly assertStep: (step: string) => Promise<void>
  /** What a step leaves in the logs of its transaction, where an earlier run may have sent it without learning its hash. */
  readonly traceOf: (step: string) => Trace | undefined
}

/** Where a step is seen, whatever its transaction was. */
export type Trace = {
  readonly address: Address
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  readonly match: (log: Log) => boolean
}

export function addressOf({ account }: Pick<Sending, 'account'>): Address {
  return typeof account === 'string' ? account : account.address
}

/** @throws CalldataMismatchError for a call of another chain than the wallet is asked on. */
export function assertOfChain({ chain }: Sending, calls: readonly DirectCall<string>[]): void {
  for (const { step, call } of calls) {
    if (call.chainId !== chain.chainId) throw new CalldataMismatchError(`${step}.chainId`, call.chainId, chain.chainId)
  }
}
