import type { Fault } from './Fault.ts'
import { httpStatus } from './http.ts'

/**
 * A node that comes and goes: the fault (503 if left out) strikes the first request, and then every n-th one.
 *
 * @example
 * import { Faults } from '@unimargin/sdk/testing'
 *
 * const fault = Faults.flapping({ every: 3, fault: Faults.stallInBody() })
 */
export function flapping({
  every = 2,
  fault = httpStatus(),
}: {
  readonly every?: number
  readonly fault?: Fault
} = {}): Fault {
  const strikes = ({ struck }: { readonly struck: number }) => struck % every === 0
  return {
    kind: 'flapping',
    ask: (request, context) => (strikes(context) ? fault.ask?.(request, context) : undefined) ?? request,
    answer: async (answer, context) => (strikes(context) ? await fault.answer?.(answer, context) : undefined) ?? answer,
    envelopes: (all, context) => (strikes(context) ? fault.envelopes?.(all, context) : undefined) ?? all,
    reply: (reply, context) => (strikes(context) ? fault.reply?.(reply, context) : undefined) ?? reply,
  }
}
