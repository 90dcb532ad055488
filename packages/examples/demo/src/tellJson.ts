import type { MarginPlanResult, MarginView, MoveQuote, MoveStatus } from '@unimargin/sdk'
import type { Comparison } from './compareWithPlan.ts'
import type { Danger } from './dangerOf.ts'
import type { Teller } from './story.ts'
import type { Choice } from './tellChoice.ts'

/** One move of the plan, as it went. */
export type ToldMove = {
  readonly quote?: MoveQuote | undefined
  readonly guid?: string | undefined
  readonly states: readonly Pick<MoveStatus, 'state' | 'blocks'>[]
}

/** What `pnpm demo --json` prints; bigints as decimal strings. */
export type Story = {
  readonly before?: MarginView
  readonly shocked?: MarginView
  readonly danger?: Danger
  readonly choice?: Pick<Choice, 'plan' | 'explanation' | 'alone'>
  readonly moves: readonly ToldMove[]
  readonly inFlight?: MarginView
  readonly after?: MarginView & { readonly comparedWithPlan: Comparison; readonly plannedAgain: MarginPlanResult }
}

/** Keeps the story instead of telling it. */
export function tellJson(): { readonly teller: Teller; readonly document: () => string } {
  let story: Story = { moves: [] }
  const keep = (part: Partial<Story>): void => {
    story = { ...story, ...part }
  }
  const keepMove = (step: number, change: (move: ToldMove) => ToldMove): void => {
    const moves = [...story.moves]
    moves[step - 1] = change(moves[step - 1] ?? { states: [] })
    keep({ moves })
  }
  return {
    teller: {
      before: (before) => keep({ before }),
      shocked: (shocked) => keep({ shocked }),
      danger: (danger) => keep({ danger }),
      chosen: ({ plan, explanation, alone }) => keep({ choice: { plan, explanation, alone } }),
      quoted: (step, quote) => keepMove(step, (move) => ({ ...move, quote })),
      sent: () => {},
      state: (step, { state, blocks, move: { guid } }) =>
        keepMove(step, (move) => ({ ...move, guid, states: [...move.states, { state, blocks }] })),
      inFlight: (inFlight) => keep({ inFlight }),
      after: (view, comparedWithPlan, plannedAgain) => keep({ after: { ...view, comparedWithPlan, plannedAgain } }),
    },
    document: () => {
      const { before, shocked, danger, choice, moves, inFlight, after } = story
      const replacer = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)
      return JSON.stringify({ before, shocked, danger, choice, moves, inFlight, after }, replacer, 2)
    },
  }
}
