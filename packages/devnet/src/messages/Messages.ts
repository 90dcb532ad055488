import type { Hex } from 'viem'
import type { MessagePhase, MessageRecord } from './MessageRecord.ts'
import type { MessageFilter, UnderGas } from './MessageRules.ts'

/**
 * The worker that carries messages between the chains: both DVNs and the executor in one. It follows the blocks of every
 * chain, so that messages sent by anyone, in any way, are carried.
 *
 * Left alone it carries everything at once. A test can hold, lose, reorder and starve messages, and take each step itself.
 */
export type Messages = {
  /** What the chains have said about a message so far. */
  readonly get: (guid: Hex) => MessageRecord | undefined
  /** All messages, oldest first. */
  readonly list: () => readonly MessageRecord[]
  /**
   * Waits until a message got as far as `phase`, and answers with its record.
   *
   * @param timeout Milliseconds; 30,000 if left out.
   * @throws MessageTimeoutError
   */
  readonly waitFor: (guid: Hex, phase: MessagePhase, timeout?: number) => Promise<MessageRecord>
  /** Resolves when there is nothing left that the worker could do: what is held, lost or failed does not count. */
  readonly idle: () => Promise<void>

  /** Stops matching messages, those to come as well. Resolves when no step is under way any more. */
  readonly hold: (filter?: MessageFilter) => Promise<void>
  /** Lets matching messages go. By GUID it brings back a lost one too. */
  readonly release: (filter?: MessageFilter) => Promise<void>
  /** Loses a message: the worker acts as if it had never seen it. */
  readonly drop: (guid: Hex) => Promise<void>
  /**
   * Carries held messages to their end in this order. Those sent before them on the same pathway are verified as well,
   * because the endpoint demands it, but not delivered.
   */
  readonly reorder: (guids: readonly Hex[]) => Promise<void>
  /** Gives matching messages too little gas, the first time the worker takes the step. */
  readonly underGas: (filter: MessageFilter | Hex, gas: UnderGas) => Promise<void>

  /** Takes one step, held or not. @throws MessageStepError when the message does not stand before it. */
  readonly verify: (guid: Hex) => Promise<MessageRecord>
  readonly deliver: (guid: Hex) => Promise<MessageRecord>
  readonly compose: (guid: Hex) => Promise<MessageRecord>
  /** Takes the step that failed once more, with the gas that was paid for or with more. */
  readonly retryDelivery: (guid: Hex, options?: { readonly gas?: bigint }) => Promise<MessageRecord>
  readonly retryCompose: (guid: Hex, options?: { readonly gas?: bigint }) => Promise<MessageRecord>
}
