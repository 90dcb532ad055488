import type { MarginView, MovePlan, MoveQuote, MoveStatus } from '@unimargin/sdk'
import type { Comparison } from './compareWithPlan.ts'
import type { Teller } from './story.ts'

/** What `pnpm demo --json` prints; bigints as decimal strings. */
export type Story = {
  readonly before?: MarginView
  readonly shocked?: MarginView
  readonly plan?: MovePlan
  readonly quote?: MoveQuote
  readonly move: {
    readonly guid?: string | undefined
    readonly stages: readonly Pick<MoveStatus, 'stage' | 'blocks'>[]
    readonly inFlight?: MarginView
  }
  readonly after?: MarginView & { readonly comparedWithPlan: Comparison }
}

/** Keeps the story instead of telling it. */
export function tellJson(): { readonly teller: Teller; readonly document: () => string } {
  let story: Story = { move: { stages: [] } }
  const keep = (part: Partial<Story>): void => {
    story = { ...story, ...part }
  }
  return {
    teller: {
      before: (before) => keep({ before }),
      shocked: (shocked) => keep({ shocked }),
      planned: (plan) => keep({ plan }),
      quoted: (quote) => keep({ quote }),
      sent: () => {},
      stage: ({ stage, blocks, move: { guid } }) =>
        keep({ move: { ...story.move, guid, stages: [...story.move.stages, { stage, blocks }] } }),
      inFlight: (inFlight) => keep({ move: { ...story.move, inFlight } }),
      after: (view, comparedWithPlan) => keep({ after: { ...view, comparedWithPlan } }),
    },
    document: () => {
      const { before, shocked, plan, quote, move, after } = story
      const replacer = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)
      return JSON.stringify({ before, shocked, plan, quote, move, after }, replacer, 2)
    },
  }
}
