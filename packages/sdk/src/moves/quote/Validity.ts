import { InvalidParameterError } from '../../risk/InvalidParameterError.ts'
import { ExpiredDeadlineError, InvalidDeadlineError } from '../MoveErrors.ts'

/** Until when a move may be sent, and until when a quote holds. */
export type ValidityParameters = {
  /** Unix seconds until which the move may be sent. */
  readonly deadline?: bigint | undefined
  /** Seconds from the source chain's time until the deadline, where none is given. Defaults to 1,200. */
  readonly validFor?: bigint | undefined
  /** Seconds that the quote itself holds: preparing refuses it afterwards. Defaults to 600, and never beyond the deadline. */
  readonly expiresIn?: bigint | undefined
}

const DEFAULT_VALID_FOR = 1_200n
const DEFAULT_EXPIRES_IN = 600n
/** Fits the router's `uint64` also when a block's time is added. */
const MOST_DEADLINE = 2n ** 63n

/** @throws InvalidDeadlineError, InvalidParameterError */
export function assert({ deadline, ...spans }: ValidityParameters): void {
  if (deadline !== undefined && deadline > MOST_DEADLINE) throw new InvalidDeadlineError(deadline)
  for (const parameter of ['validFor', 'expiresIn'] as const) {
    assertRange(parameter, spans[parameter] ?? 1n, 1n, MOST_DEADLINE)
  }
}

/** From a time of the source chain. @throws ExpiredDeadlineError */
export function from(now: bigint, parameters: ValidityParameters) {
  const { validFor = DEFAULT_VALID_FOR, expiresIn = DEFAULT_EXPIRES_IN, deadline = now + validFor } = parameters
  if (deadline <= now) throw new ExpiredDeadlineError(deadline, now)
  const expiresAt = now + expiresIn
  if (expiresAt > deadline) return { deadline, expiresAt: deadline }
  return { deadline, expiresAt }
}

/** @throws InvalidParameterError */
export function assertRange(parameter: string, value: bigint, least: bigint, most: bigint): void {
  if (value < least || value > most) throw new InvalidParameterError({ parameter, value, least, most })
}
