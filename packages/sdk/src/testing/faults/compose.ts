import type { Fault } from './Fault.ts'

/**
 * One fault of several: each strikes after the other, in their order. Those that ask the chain for another block
 * (`staleHead`, `frozenHead`, `otherBlock`) come first: what was changed before them is lost.
 *
 * @example
 * import { Faults } from '@unimargin/sdk/testing'
 *
 * const fault = Faults.compose(Faults.staleHead({ blocks: 50 }), Faults.latency({ ms: 400 }))
 */
export function compose(...faults: readonly Fault[]): Fault {
  return {
    kind: faults.map(({ kind }) => kind).join('+'),
    ask: (request, context) => faults.reduce((current, fault) => fault.ask?.(current, context) ?? current, request),
    answer: async (answer, context) => {
      let given = answer
      for (const fault of faults) given = (await fault.answer?.(given, context)) ?? given
      return given
    },
    envelopes: (envelopes, context) =>
      faults.reduce((current, fault) => fault.envelopes?.(current, context) ?? current, envelopes),
    reply: (reply, context) => faults.reduce((current, fault) => fault.reply?.(current, context) ?? current, reply),
  }
}
