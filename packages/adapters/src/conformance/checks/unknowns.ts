import type { Hex, MarketReading, PositionFacts, ReadResult } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { difference, differenceButUnknown, holdsUnknown, isUnknown, quantityText } from '../difference.ts'
import { judge } from '../judge.ts'
import type { Observed } from '../observe.ts'
import { sampleCalls } from '../sampleCalls.ts'
import { everyLending } from './lendingCases.ts'
import { lostDebts } from './lostDebts.ts'
import { selectorOf } from './malformed.ts'

const SUBSETS = 20
const LENDING_CASES = 8

/**
 * What was not read is unknown, wherever it matters, and nowhere else: one call fails at a time, then some at once. No number
 * changes, no debt disappears, no health gets better, and what belongs to one owner alone leaves the others alone.
 */
export const unknowns: Check = {
  name: 'unknown',
  says: 'unknown stays unknown',
  needs: 'any world',
  run: (observed, { tried, finding }, random) => {
    const { state, answers, reading } = observed
    const own = ownCalls(observed)
    const truth = everyLending(observed)
    const names = truth.map(({ name }) => name)
    for (const index of sampleCalls(observed, random)) {
      tried()
      const failing = FAILURES[index % FAILURES.length] ?? FAILURES[0]
      const where = `without an answer to call ${index} (${selectorOf(observed, index)})`
      const step = state.decode(answers.map((answer, at) => (at === index ? failing : answer)))
      const owner = own.get(index)
      if (step.status === 'more') continue
      if (step.status !== 'ok') {
        if (owner !== undefined) finding(`${where}, which is about ${owner} alone, nobody's position is read`)
        continue
      }
      for (const text of differences(observed, step.value)) finding(`${where}: ${text}`)
      const some = new Set(random.shuffle(names).slice(0, LENDING_CASES))
      for (const text of lendingDifferences(observed, truth, step.value, some)) finding(`${where}: ${text}`)
      const others = (all: MarketReading) => all.positions.filter((_, at) => observed.owners[at] !== owner)
      const found =
        owner === undefined
          ? undefined
          : (difference(reading.state, step.value.state, 'the state') ??
            difference(others(reading), others(step.value), 'positions of others'))
      if (found !== undefined) finding(`${where}, which is about ${owner} alone, ${found}`)
      if (difference(reading, step.value) === undefined && isHeard(observed, index)) {
        finding(`${where} nothing changes: something stands in for it`)
      }
    }
    for (let count = 0; count < SUBSETS && answers.length > 0; count++) {
      const failing = new Set(Array.from({ length: random.integer(1, 5) }, () => random.integer(0, answers.length - 1)))
      const step = state.decode(answers.map((answer, at) => (failing.has(at) ? FAILURES[0] : answer)))
      if (step.status !== 'ok') continue
      for (const text of differences(observed, step.value)) {
        finding(`without answers to calls ${[...failing].join(', ')}: ${text}`)
      }
    }
  },
}

const FAILURES: readonly [ReadResult<Hex>, ...ReadResult<Hex>[]] = [
  { status: 'unavailable', reason: 'no answer' },
  { status: 'disputed', reason: 'nodes disagree', witnesses: ['a', 'b'] },
  { status: 'unavailable', reason: 'too late' },
]

/** Whether another answer to a call would make another reading: what is multiplied with nothing need not be known. */
function isHeard({ state, answers, reading }: Observed, index: number): boolean {
  const answer = answers[index]
  if (answer?.status !== 'ok' || answer.value === '0x') return false
  const last = Number.parseInt(answer.value.slice(-1), 16)
  const value: Hex = `0x${answer.value.slice(2, -1)}${(last ^ 1).toString(16)}`
  const step = state.decode(answers.map((other, at) => (at === index ? { status: 'ok', value } : other)))
  return step.status === 'ok' && difference(reading, step.value) !== undefined
}

/** Calls that are made for one owner alone, by their index. */
function ownCalls({ adapter, metadata, owners, state }: Observed): ReadonlyMap<number, string> {
  const keyOf = ({ to, data }: { readonly to: string; readonly data: string }) => `${to}:${data}`.toLowerCase()
  const found = new Map<number, string>()
  for (const owner of owners) {
    const without = adapter.state(
      metadata,
      owners.filter((other) => other !== owner),
    )
    const shared = new Set(without.calls.map(keyOf))
    for (const [index, call] of state.calls.entries()) if (!shared.has(keyOf(call))) found.set(index, owner)
  }
  return found
}

/** What a reading that knows less says otherwise than the whole one, besides that it does not know. */
function differences(observed: Observed, got: MarketReading): readonly string[] {
  const { reading } = observed
  const texts = [...lostDebts(reading, got)]
  if (got.state.reserves.length !== reading.state.reserves.length) texts.push('reserves are missing')
  for (const [index, reserve] of reading.state.reserves.entries()) {
    const ours = { ...reserve, ...NO_REASONS }
    const found = differenceButUnknown(ours, { ...got.state.reserves[index], ...NO_REASONS }, reserve.asset.symbol)
    if (found !== undefined) texts.push(found)
  }
  for (const [index, position] of reading.positions.entries()) {
    const other = got.positions[index]
    if (other === undefined) texts.push(`the position of ${observed.owners[index]} is missing`)
    if (position.status === 'ok' && other?.status === 'ok') {
      texts.push(...positionDifferences(observed, position.value, other.value))
    }
  }
  return texts
}

/** Why a reserve is shut may depend on what is not known. */
const NO_REASONS = { supplyBlockedBy: [], withdrawBlockedBy: [], borrowBlockedBy: [], repayBlockedBy: [] }

function positionDifferences(observed: Observed, truth: PositionFacts, got: PositionFacts): readonly string[] {
  const texts: string[] = []
  for (const side of ['collateral', 'debt'] as const) {
    for (const leg of truth[side]) {
      const other = got[side].find(({ asset }) => asset.address === leg.asset.address)
      const path = `${side} in ${leg.asset.symbol}`
      if (other === undefined) texts.push(`${path} is gone`)
      else {
        const found = differenceButUnknown(leg, other, path)
        if (found !== undefined) texts.push(found)
      }
    }
    for (const leg of got[side]) {
      const isNew = !truth[side].some(({ asset }) => asset.address === leg.asset.address)
      if (isNew && !isUnknown(leg.amount))
        texts.push(`${quantityText(leg.amount)} ${leg.asset.symbol} appear as ${side}`)
    }
  }
  const whole = judge(observed, truth)
  const judged = judge(observed, got)
  if (judged.health.status !== 'unknown') {
    const found = difference(whole.health, judged.health, 'the health')
    if (found !== undefined) texts.push(found)
  }
  const least = judged.conservativeHealth
  const isBetter =
    (least.status === 'no-debt' && whole.health.status !== 'no-debt') ||
    (least.status === 'known' && whole.health.status === 'known' && least.factor > whole.health.factor)
  if (isBetter) texts.push('the conservative health is better than the truth')
  return texts
}

function lendingDifferences(
  observed: Observed,
  truth: ReturnType<typeof everyLending>,
  got: MarketReading,
  some: ReadonlySet<string>,
): readonly string[] {
  if (!holdsUnknown(got)) return []
  const known = new Map(truth.map((one) => [one.name, one]))
  return everyLending({ ...observed, reading: got }, observed, some).flatMap(({ name, limit, after, ratesAfter }) => {
    const whole = known.get(name)
    if (whole === undefined) return []
    const isOther = !isUnknown(limit.amount) && limit.amount !== whole.limit.amount
    const rates = differenceButUnknown(whole.ratesAfter, ratesAfter, `rates after ${name}`)
    const poorer = after.collateral.length + after.debt.length < whole.after.collateral.length + whole.after.debt.length
    return [
      ...(isOther
        ? [`the limit of ${name} is ${quantityText(limit.amount)}, not ${quantityText(whole.limit.amount)} or unknown`]
        : []),
      ...(rates === undefined ? [] : [rates]),
      ...(poorer ? [`after ${name} legs are gone`] : []),
    ]
  })
}
