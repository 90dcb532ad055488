import type { Fault } from '@unimargin/sdk/testing'

/** The same fault, which tells whenever it has changed something: one that has not shows nothing. */
export function counted(fault: Fault, onStrike: () => void): Fault {
  const { kind, ask, answer, envelopes, reply } = fault
  const noted = <value>(before: value, after: value): value => {
    if (before !== after && JSON.stringify(before) !== JSON.stringify(after)) onStrike()
    return after
  }
  return {
    kind,
    ask: ask && ((request, context) => noted(request, ask(request, context))),
    answer: answer && (async (given, context) => noted(given, await answer(given, context))),
    envelopes: envelopes && ((all, context) => noted(all, envelopes(all, context))),
    reply: reply && ((whole, context) => noted(whole, reply(whole, context))),
  }
}
