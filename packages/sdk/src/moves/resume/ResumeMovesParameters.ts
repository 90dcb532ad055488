import type { Journal } from '../../journal/createJournal.ts'
import type { JournaledMove } from '../../journal/JournalRecord.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import type { MoveStep, MoveWallet } from '../send/Sender.ts'

export type ResumeMovesParameters = DeadlineOptions & {
  /** As `sendMove` and `watchMove` were given it. */
  readonly journal: Journal
  /** The owner's wallet, or one for each move. What was signed before needs none. */
  readonly walletClient?:
    | MoveWallet
    | ((move: TrackedMove) => MoveWallet | undefined | Promise<MoveWallet | undefined>)
    | undefined
  /** Who may claim at the destination besides the owner, as it was quoted with: a move that names another is not signed. */
  readonly recovery?: Address | undefined
  /** Only those that it accepts. */
  readonly where?: ((move: JournaledMove) => boolean) | undefined
  /** Called with each transaction that is sent, as soon as it has a hash. What it throws is ignored. */
  readonly onSubmit?:
    | ((submitted: { readonly id: Hex; readonly step: MoveStep; readonly hash: Hex }) => void)
    | undefined
  /** Milliseconds to wait for each transaction to be included. Defaults to 180,000. */
  readonly inclusionTimeout?: number | undefined
}
