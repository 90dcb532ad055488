/** Whether something was run before it is signed, or why it could not be: then nothing is known of it. */
export type Simulation =
  | {
      readonly simulated: 'yes'
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
