import { DEFAULT_THRESHOLDS, type MarginView, type MoveState } from '@unimargin/sdk'
import { cost, decimal, factor } from './format.ts'
import type { Paint } from './paint.ts'
import { colourOf, inFlightLines, renderView, weakestLine } from './render.ts'
import type { Teller } from './story.ts'
import { type Choice, tellChoice } from './tellChoice.ts'
import { tellDanger } from './tellDanger.ts'

const explanation: Readonly<Record<MoveState, string>> = {
  intended: 'stored, and nothing signed',
  signed: 'signed, and not handed to a node',
  submitted: 'signed and handed to the source chain',
  replaced: 'another transaction took its place',
  mined: 'in a block of the source chain',
  reorged: 'the source chain went another way',
  sent: 'debited there; LayerZero has a GUID for it',
  verifying: 'a DVN vouched for it on the destination',
  verified: 'both DVNs vouched for it on the destination',
  'blocked-by-nonce': 'it waits for a message before it',
  'skipped-nilified-burnt': "the token's owner refused the message",
  delivered: 'the tokens are there',
  unreceived: 'the pool there keeps the tokens for it',
  'compose-queued': 'the supply is still to run',
  'compose-failed': 'the supply reverted, and can be run again',
  credited: "supplied: it is the owner's collateral again",
  parked: 'the market refused it: the owner can retry or claim',
  claimed: 'paid out to the owner',
  refunded: "back in the owner's own account",
  failed: 'it will not happen',
}

/** Tells the story in 80 columns. */
export function tellText(write: (text: string) => void, paint: Paint): Teller {
  const options = { paint, watch: DEFAULT_THRESHOLDS.watch }
  const chapter = (title: string) => write(`\n${paint('bold', title)}\n`)
  const short = (view: MarginView) => {
    write(weakestLine(view, paint, options.watch))
    write(`  verdict ${paint(colourOf[view.verdict], view.verdict.toUpperCase())}`)
  }
  let before: MarginView | undefined
  let shockedUnits: ReadonlyMap<string, string> = new Map()
  let choice: Choice | undefined
  const explained = new Set<MoveState>()
  return {
    before: (view) => {
      before = view
      chapter('1  One person, three chains, two protocols, one margin view')
      write(renderView(view, options))
    },
    shocked: (view, { from, to }) => {
      chapter(`2  ETH falls from $${from} to $${to}, and staked ETH with it`)
      shockedUnits = unitsOf(view)
      short(view)
      for (const line of unmoved(view, before)) write(paint('dim', `  ${line}`))
      write('')
    },
    danger: (danger) => {
      for (const line of tellDanger(danger, shockedUnits, paint)) write(line)
    },
    chosen: (chosen) => {
      choice = chosen
      chapter('3  The cheapest moves that save it, and why these')
      for (const line of tellChoice(chosen, paint)) write(line)
      chapter('4  A signature and a transaction each, watched on both chains')
    },
    quoted: (step, { costs, total, totalKnown }) => {
      write(
        `  move ${step}  quoted ${typeof total === 'bigint' ? '' : 'at least '}${cost(totalKnown)}: LayerZero ${cost(costs.messagingFee.value)}, gas ${cost(costs.sourceGas.value)} at ${decimal(costs.sourceGas.price, 9, 2)} gwei`,
      )
    },
    sent: (_, { hash }) => write(paint('dim', `  transaction ${hash}`)),
    state: (step, { state, move }) => {
      const words = explained.has(state) ? '' : explanation[state]
      explained.add(state)
      write(`  move ${step}  ${paint('green', '✓')} ${state.padEnd(14)} ${words}`.trimEnd())
      if (state === 'sent' && move.guid !== undefined) write(paint('dim', `  GUID        ${move.guid}`))
    },
    inFlight: (view) => {
      write('')
      for (const line of inFlightLines(view, paint)) write(line)
      short(view)
      write('')
    },
    after: (view, comparison, again) => {
      chapter('5  Healthier')
      write(renderView(view, options))
      const row = (name: string, foreseen: string, read: string) =>
        write(paint('dim', `  ${name.padEnd(30)}${foreseen.padStart(26)}${read.padStart(22)}`))
      write('')
      row('health', 'planned, with interest', 'read from the chain')
      for (const { name, actual, foreseen } of comparison) {
        row(name, decimal(foreseen, 18, 9), decimal(actual, 18, 9))
      }
      write(`\n  planned again: ${paint('green', again.status)}`)
      if (choice !== undefined) write(`  in short: ${inShort(choice, view)}`)
    },
  }
}

/** What it came to, in a line. */
function inShort({ view, plan, danger }: Choice, after: MarginView): string {
  const [from, to] = [factor(view.weakest.health), factor(after.weakest.health)]
  return `weakest ${from} → ${to} for ${cost(plan.cost)}; a liquidation costs ${cost(danger.liquidation.cost)}`
}

/** What each position's market counts in, where that is not dollars. */
function unitsOf({ positions }: MarginView): ReadonlyMap<string, string> {
  return new Map(
    positions.flatMap((position) =>
      position.status === 'read' && position.unit !== undefined ? [[position.id, position.unit.symbol]] : [],
    ),
  )
}

/** Whoever counts in what fell does not notice. */
function unmoved({ positions }: MarginView, before: MarginView | undefined): readonly string[] {
  return positions.flatMap((position) => {
    const earlier = before?.positions.find(({ id }) => id === position.id)
    if (position.status === 'unread' || earlier === undefined || position.unit === undefined) return []
    const health = factor(position.health)
    if (health !== factor(earlier.health)) return []
    return [`${position.market.name} counts in ${position.unit.symbol} and stays at ${health}`]
  })
}
