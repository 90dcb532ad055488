import type { Health } from '../../model/Health.ts'
import * as Wad from '../../units/Wad.ts'

/** At which health factors to tell, and how far back above one counts as back. WAD. */
export type CrossingRule = {
  /** The highest first. */
  readonly thresholds: readonly bigint[]
  /** Share of a threshold. */
  readonly hysteresis: bigint
}

/** What is known of the health of one position. */
export type CrossingState = {
  /** The thresholds that it is below. */
  readonly below: ReadonlySet<bigint>
  /** The last factor that was known; absent without debt. */
  readonly factor: bigint | undefined
}

/** One crossing. */
export type Crossing = { readonly threshold: bigint; readonly direction: 'below' | 'above' }

/** Above everything, as far as is known. */
export const UNSEEN: CrossingState = { below: new Set(), factor: undefined }

/**
 * Which thresholds a health crossed. Below is below; back is only what reached `threshold × (1 + hysteresis)`, so that a price
 * that trembles tells once. Without debt everything is above. Unknown crosses nothing and leaves the state as it was.
 */
export function cross(
  state: CrossingState,
  health: Health,
  { thresholds, hysteresis }: CrossingRule,
): { readonly state: CrossingState; readonly crossings: readonly Crossing[] } {
  if (health.status === 'unknown') return { state, crossings: [] }
  const factor = health.status === 'known' ? health.factor : undefined
  const crossings: Crossing[] = []
  const below = new Set<bigint>()
  for (const threshold of thresholds) {
    const was = state.below.has(threshold)
    const back = was ? Wad.mulUp(threshold, Wad.WAD + hysteresis) : threshold
    const is = factor !== undefined && factor < back
    if (is) below.add(threshold)
    if (is !== was) crossings.push({ threshold, direction: is ? 'below' : 'above' })
  }
  return { state: { below, factor }, crossings }
}
