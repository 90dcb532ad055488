import type { Read, ReadResult } from '@unimargin/sdk'
import type { Address, Hex } from 'viem'

/** What a chain says to a call. */
export type Answers = (to: Address, data: Hex) => ReadResult<Hex>

/** Runs a read to its end against answers that need no node, and counts the steps. */
export function answer<value>(
  read: Read.Read<value>,
  answers: Answers,
): { readonly result: ReadResult<value>; readonly steps: number } {
  let current = read
  for (let steps = 1; ; steps += 1) {
    const step = current.decode(current.calls.map(({ to, data }) => answers(to, data)))
    if (step.status !== 'more') return { result: step, steps }
    current = step.read
  }
}
