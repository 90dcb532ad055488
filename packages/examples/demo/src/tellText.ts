import { DEFAULT_THRESHOLDS, type MarginView, type MoveStage, UniformFall } from '@unimargin/sdk'
import type { Difference } from './compareWithPlan.ts'
import type { Paint } from './paint.ts'
import { decimal, factor, renderView, usd } from './render.ts'
import type { Teller } from './story.ts'

const explanation: Readonly<Record<MoveStage, string>> = {
  submitted: 'signed and included on the source chain',
  sent: 'debited there; LayerZero has a GUID for it',
  verified: 'both DVNs vouched for it on the destination',
  delivered: 'the tokens are there; the supply is still to run',
  credited: "supplied: it is the owner's collateral again",
  parked: 'the market refused it: the owner can retry or claim',
  claimed: 'paid out to the owner',
  failed: 'it will not happen',
}

/** Tells the story in 80 columns. */
export function tellText(write: (text: string) => void, paint: Paint): Teller {
  const options = { paint, watch: DEFAULT_THRESHOLDS.watch }
  const chapter = (title: string) => write(`\n${paint('bold', title)}\n`)
  let before: MarginView | undefined
  return {
    before: (view) => {
      before = view
      chapter('1  One person, three chains, two protocols, one margin view')
      write(renderView(view, options))
    },
    shocked: (view, { from, to }) => {
      chapter(`2  ETH falls from $${from} to $${to}, and staked ETH with it`)
      write(renderView(view, options))
      write(`\n  ${paint('yellow', deathOf(view))}`)
      for (const line of unmoved(view, before)) write(paint('dim', `  ${line}`))
    },
    planned: (plan) => {
      const { donor, receiver, amount, source, target } = plan
      chapter('3  The least move that saves it')
      write(`  move ${decimal(amount, source.asset.decimals, 6)} ${source.asset.symbol} by ${plan.route}`)
      write(
        `  from ${donor.market.name.padEnd(22)} health ${factor(donor.health.before)} → ${factor(donor.health.after)}`,
      )
      write(
        `  to   ${receiver.market.name.padEnd(22)} health ${factor(receiver.health.before)} → ${factor(receiver.health.after)}`,
      )
      write(
        paint(
          'dim',
          `  target ${target === undefined ? '–' : decimal(target, 18, 2)}; the donor keeps at least ${decimal(plan.donorFloor, 18, 2)}, which the contract enforces`,
        ),
      )
    },
    quoted: ({ costs, total, amountReceived, plan }) => {
      write(
        `  cost ${cents(total)}: LayerZero ${cents(costs.messagingFee.value)}, source gas ${cents(costs.sourceGas.value)} at ${decimal(costs.sourceGas.price, 9, 2)} gwei`,
      )
      write(
        paint(
          'dim',
          `       destination gas ${cents(costs.destinationGas.value)}, paid by the LayerZero fee; dust ${cents(costs.dust.value)}`,
        ),
      )
      write(
        `  brings ${decimal(amountReceived, plan.destination.asset.decimals, 6)} ${plan.destination.asset.symbol} to ${plan.receiver.market.name}`,
      )
      chapter('4  One signature, one transaction, watched on both chains')
    },
    sent: ({ hash }) => write(paint('dim', `  transaction ${hash}`)),
    stage: ({ stage, move }) => {
      write(`  ${paint('green', '✓')} ${stage.padEnd(10)} ${explanation[stage]}`)
      if (stage === 'sent') write(paint('dim', `    GUID ${move.guid}`))
    },
    inFlight: (view) => write(`\n${renderView(view, options)}\n`),
    after: (view, comparison) => {
      chapter('5  Healthier')
      write(renderView(view, options))
      const { donor, receiver } = comparison
      write(`\n${paint('dim', '  read from the chains, minus what the plan foresaw (interest and rounding):')}`)
      for (const [name, { healthFactor, amount, asset }] of Object.entries({ donor, receiver })) {
        write(
          paint(
            'dim',
            `  ${name.padEnd(9)}health ${signed(healthFactor, 18)} · ${asset.symbol} ${signed(amount, asset.decimals)}`,
          ),
        )
      }
    },
  }
}

/** Who dies first, and how close it is. */
function deathOf(view: MarginView): string {
  const { weakestKnown } = view.weakest
  const position = view.positions.find(({ id }) => id === weakestKnown?.position)
  if (weakestKnown === undefined || position === undefined) return 'nobody owes anything'
  const fall = decimal(UniformFall.toLiquidation(weakestKnown.factor), 16, 2)
  return `${position.market.name} dies first: when its collateral falls by another ${fall} %`
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

/** To the last digit: this is where a difference would hide. */
function signed({ difference }: Difference, decimals: number): string {
  return `${difference > 0n ? '+' : ''}${difference === 0n ? '0' : decimal(difference, decimals, decimals)}`
}

/** Costs on rollups are fractions of a cent. */
function cents(value: bigint): string {
  return value < 10n ** 16n ? `$${decimal(value, 18, 6)}` : usd(value)
}
