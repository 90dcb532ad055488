import type { Address, Hex } from '../../model/Hex.ts'
import type { SimulationMethod } from './Simulation.ts'

/** A call of a simulation. */
export type SimulatedCall = {
  readonly from: Address
  readonly to: Address
  readonly data: Hex
  readonly value?: bigint | undefined
  /** As much as it may use, what a transaction costs before it runs included; whatever the node allows unless given. */
  readonly gas?: bigint | undefined
  /** What it says instead where its sender, who has no code, has to have some for the time of the simulation. */
  readonly dataWithCode?: Hex | undefined
}

/** What became of one of them. */
export type SimulatedOutcome = {
  readonly isReverted: boolean
  /** Return data, or revert data. */
  readonly data: Hex
  readonly gasUsed: bigint
}

export type SimulatedCalls =
  | { readonly status: 'simulated'; readonly by: SimulationMethod; readonly outcomes: readonly SimulatedOutcome[] }
  | { readonly status: 'unavailable'; readonly reason: string }

export type SimulateCallsParameters = {
  readonly calls: readonly SimulatedCall[]
  /** Who has plenty of coins, and looks like what it is to those who ask for its code. */
  readonly rich?: Address | undefined
  /**
   * Unix seconds of the block that they run in; later than the chain's. Clients make up others, and nodes of a quorum have to agree. An
   * `eth_call` is of the block that they agreed upon.
   */
  readonly time?: bigint | undefined
}

/** Wei that whoever pays is given, so that nothing else is hidden by a lack of them. */
export const PLENTY: bigint = 2n ** 96n
