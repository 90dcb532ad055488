import {
  type BindingConstraint,
  type Constraint,
  Decimal,
  type KnownHealth,
  type MarginPlan,
  type MarginPlanResult,
  type MarginView,
  type PlanExplanation,
  type PlanMovesParameters,
  type PlanStep,
  type RejectedMove,
  type Rejection,
  Wad,
} from '@unimargin/sdk'
import type { Danger } from './dangerOf.ts'
import { COLUMNS, cost, cut, decimal, factor, sentence } from './format.ts'
import type { Paint } from './paint.ts'
import { MOST_FROM_ARBITRUM } from './wishesFor.ts'

/** A plan, and all that it was chosen by. */
export type Choice = {
  readonly view: MarginView
  readonly wishes: PlanMovesParameters
  readonly danger: Danger
  readonly plan: MarginPlan
  readonly explanation: PlanExplanation
  /** What each donor of the plan could do without the others. */
  readonly alone: readonly { readonly donor: string; readonly result: MarginPlanResult }[]
}

const LABEL = 10

/** The plan and its reasons, a line or two each. */
export function tellChoice(choice: Choice, paint: Paint): readonly string[] {
  const { view, plan, danger, explanation } = choice
  const names = namesOf(view)
  const liquidated = cost(danger.liquidation.cost)
  return [
    ...labelled('wanted', wanted(choice.wishes), paint),
    ...labelled(
      'assumed',
      [`bridges now carry ${decimal(MOST_FROM_ARBITRUM, 18, 2)} WETH from Arbitrum One, and no USDC at all`],
      paint,
    ),
    '',
    ...plan.steps.flatMap((step, index) => stepLines(step, index + 1, names)),
    ...labelled(
      'costs',
      [
        `${paint('green', cost(plan.cost))} in all${plan.optimality.status === 'exact' ? ', and no plan is cheaper' : ''}; a liquidation: ${paint('red', liquidated)}`,
      ],
      paint,
    ),
    '',
    ...labelled(
      'why two',
      choice.alone.map((one) => aloneText(one, names)),
      paint,
    ),
    ...labelled(
      'binding',
      explanation.binding.map((one) => bindingText(one, choice, names)),
      paint,
    ),
    ...labelled('not done', rejections(explanation.rejected, choice, names), paint),
  ]
}

type Names = { readonly position: (id: string) => string; readonly chain: (id: number) => string }

function namesOf({ positions, chains }: MarginView): Names {
  return {
    position: (id) => positions.find((position) => position.id === id)?.market.name ?? id,
    chain: (chainId) => chains.find((chain) => chain.chainId === chainId)?.name ?? String(chainId),
  }
}

function labelled(label: string, texts: readonly string[], paint: Paint): readonly string[] {
  return texts.map((text, index) => `  ${paint('dim', (index === 0 ? label : '').padEnd(LABEL))}${text}`)
}

function wanted({ targets, floors, scenarios = [] }: PlanMovesParameters): readonly string[] {
  const each = (factors: typeof floors) => (typeof factors === 'bigint' ? decimal(factors, 18, 2) : 'its own')
  return [
    `health ${each(targets)} everywhere${scenarios.map(({ name, targets: own }) => `, and ${each(own ?? targets)} after a further “${name}”`).join('')};`,
    `who gives keeps ${each(floors)} while it is on its way`,
  ]
}

/** `move 1   0.600000 WETH  Aave V3 Arbitrum One → Aave V3 Base`, its cost at the margin, and both healths below. */
function stepLines(step: PlanStep, number: number, names: Names): readonly string[] {
  const { candidate, amount, costs, before, sent, after } = step
  const { donor, receiver, asset } = candidate
  const head = `  ${`move ${number}`.padEnd(LABEL)}${decimal(amount, asset.decimals, 6)} ${asset.symbol}`
  const [from, to] = [names.position(donor), names.position(receiver)]
  const price = cost(costs.total)
  const text = `${head}  ${from} → ${to}`
  const indent = ' '.repeat(head.length + 2)
  const healths = `${indent}${change(before[donor], sent[donor]).padEnd(from.length + 3)}${change(before[receiver], after[receiver])}`
  return [`${cut(text, COLUMNS - 1 - price.length).padEnd(COLUMNS - price.length)}${price}`, healths]
}

function change(from: KnownHealth | undefined, to: KnownHealth | undefined): string {
  return from === undefined || to === undefined ? '' : `${factor(from)} → ${factor(to)}`
}

function aloneText({ donor, result }: Choice['alone'][number], names: Names): string {
  const name = names.position(donor)
  if (result.status !== 'unsavable') return `${name} alone would do`
  const [short] = result.shortfalls
  const [limit] = result.binding.filter(({ kind }) => kind !== 'target')
  const far = short === undefined ? 'not enough' : `${factor(short.best)} of ${decimal(short.target, 18, 2)}`
  const when = short === undefined || short.scenario === 'now' ? '' : ` after “${short.scenario}”`
  const by = limit === undefined ? '' : `, ${limitText(limit, names)}`
  return cut(`${name} alone: ${far}${when}${by}`, COLUMNS - LABEL - 2)
}

function limitText(constraint: Constraint, names: Names): string {
  switch (constraint.kind) {
    case 'floor':
      return 'its floor'
    case 'loan-to-value':
      return 'what its market lends'
    case 'route-most':
      return `cap ${names.chain(constraint.source)} → ${names.chain(constraint.destination)}`
    default:
      return sentence(constraint.kind)
  }
}

/** What more of a limit would save. */
function bindingText({ constraint, more, saves }: BindingConstraint, { plan, wishes }: Choice, names: Names): string {
  const worth = saves === 0n ? 'would save nothing' : `would save ${cost(saves)}`
  switch (constraint.kind) {
    case 'target':
      return `target of ${names.position(constraint.position)}, “${constraint.scenario}”: ${decimal(more, 18, 4)} less ${worth}`
    case 'floor':
      return `floor of ${names.position(constraint.position)}: ${decimal(more, 18, 3)} less ${worth}`
    case 'loan-to-value':
      return `what the market of ${names.position(constraint.position)} lends ${worth}`
    case 'route-most':
    case 'route-least': {
      const asset = plan.steps.find(
        ({ candidate }) => candidate.route === constraint.route && candidate.asset.chainId === constraint.source,
      )?.candidate.asset
      const amount = asset === undefined ? String(more) : Decimal.formatDown(more, asset.decimals, 3)
      const change = `${amount} ${asset?.symbol ?? ''} ${constraint.kind === 'route-most' ? 'more' : 'less'}`
      const offer = wishes.routes.find(
        ({ key, source, destination }) =>
          key === constraint.route &&
          source.chainId === constraint.source &&
          destination.chainId === constraint.destination,
      )
      const limit = constraint.kind === 'route-most' ? offer?.most : offer?.least
      const size = limit === undefined || asset === undefined ? '' : ` of ${decimal(limit, asset.decimals, 2)}`
      const name = constraint.kind === 'route-most' ? 'cap' : 'least amount'
      const way = `${names.chain(constraint.source)} → ${names.chain(constraint.destination)}`
      return `${name}${size} ${way}: ${change} ${worth}`
    }
    default: {
      const { symbol, decimals } = constraint.asset
      return `${sentence(constraint.kind)} of ${symbol}: ${Decimal.formatDown(more, decimals, 3)} more ${worth}`
    }
  }
}

/** What could have come to whom the plan saves, by name; everything else counted. */
function rejections(rejected: readonly RejectedMove[], { plan }: Choice, names: Names): readonly string[] {
  const saved = new Set(plan.steps.map(({ candidate }) => candidate.receiver))
  const near = new Map<string, readonly string[]>()
  const far = new Map<string, number>()
  for (const { candidate, reason } of rejected) {
    const { donor, receiver, asset, purpose } = candidate
    if (saved.has(receiver)) {
      const key = `${asset.symbol} from ${names.position(donor)}: ${reasonText(reason)}`
      near.set(key, [...(near.get(key) ?? []), purpose])
    } else {
      far.set(reason.kind, (far.get(reason.kind) ?? 0) + 1)
    }
  }
  const others = [...far].map(([kind, count]) => `${count} ${sentence(kind)}`).join(', ')
  return [
    ...[...near].map(([key, what]) => cut(`${what.join(' or ')} ${key}`, COLUMNS - LABEL - 2)),
    ...(others === '' ? [] : [`to others: ${others}`]),
  ]
}

function reasonText(reason: Rejection): string {
  switch (reason.kind) {
    case 'dearer':
      return reason.by < Wad.WAD / 100n ? 'not cheaper' : `${cost(reason.by)} dearer`
    case 'too-slow':
      return `takes ${reason.seconds} s`
    case 'unknown':
      return `${reason.what} is unknown`
    default:
      return sentence(reason.kind)
  }
}
