import type { Hex } from '../../model/Hex.ts'

/** What a quorum says of itself, as `client.transport.quorum`; absent with a single node. */
export type QuorumValue = {
  readonly quorum?:
    | {
        readonly agree: number
        readonly of: number
        readonly operators: readonly string[]
        /** The hash that was agreed on for a block that was read lately. */
        readonly hashOf: (number: bigint) => Hex | undefined
      }
    | undefined
}
