import { WAD } from '../units/Wad.ts'
import { InvalidParameterError } from './InvalidParameterError.ts'

/** No value and no amount is above it. */
const MOST_VALUE = 2n ** 256n - 1n
/** More is never needed, as a health factor or as anything else that one aims at. */
const MOST_TARGET = WAD * WAD

/** From nothing to more than there is. */
export const VALUE = [0n, MOST_VALUE] as const
/** A part of something, WAD. */
export const SHARE = [0n, WAD] as const
/** A part of something that is not all of it, WAD. */
export const LOSS = [0n, WAD - 1n] as const
/** What a health or a leverage may be aimed at, WAD. */
export const TARGET = [WAD, MOST_TARGET] as const

/**
 * Refuses numbers that are not within their bounds.
 *
 * @throws InvalidParameterError
 */
export function assertWithin(
  [least, most]: readonly [least: bigint, most: bigint],
  parameters: Readonly<Record<string, bigint | undefined>>,
): void {
  for (const [parameter, value] of Object.entries(parameters)) {
    if (value !== undefined && (value < least || value > most)) {
      throw new InvalidParameterError({ parameter, value, least, most })
    }
  }
}
