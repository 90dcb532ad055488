/**
 * How it is run: call by call, each as a transaction of its own, or all in one `eth_call` with other code over the accounts that call.
 * Gas by the latter is without refunds, and less cold.
 */
export type SimulationMethod = 'eth_simulateV1' | 'eth_call'

/** Whether something was run before it is signed, or why it could not be: then nothing is known of it. */
export type Simulation =
  | {
      readonly simulated: 'yes'
      readonly by: SimulationMethod
      /** The error that it ended in, where that was accepted by its name. */
      readonly accepted?: string | undefined
    }
  | {
      readonly simulated: 'no'
      /** One printable line. */
      readonly reason: string
    }

/** Both ends of a move. */
export type MoveSimulation = {
  /** All that the owner sends, in one go. */
  readonly source: Simulation
  /** What is delivered, composed and settled: it ended in a credit. */
  readonly destination: Simulation
}
