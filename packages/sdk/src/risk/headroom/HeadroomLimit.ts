import type { Quantity } from '../../model/Quantity.ts'

/** One thing that limits what can leave a position. */
export type HeadroomLimit = {
  /** Where it lies: with the position's health, with its market, on the way, or where it goes. */
  readonly where: 'health' | 'market' | 'route' | 'destination'
  /** By name; empty where nothing limits it or nobody knows what does. */
  readonly by: readonly string[]
  /** Base units at the source. `undefined`: it does not limit at all. */
  readonly amount: Quantity | undefined
  /** Name of the scenario; absent for the prices of the view. */
  readonly scenario?: string | undefined
  /** `amount` is safe, and what is beyond was not counted out. */
  readonly isLeast?: true | undefined
}
