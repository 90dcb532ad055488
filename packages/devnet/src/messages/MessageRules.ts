import type { Hex } from 'viem'
import type { MessageRecord, MessageStep } from './MessageRecord.ts'

/** Which messages something is about. What is left out matches all. */
export type MessageFilter = {
  readonly guid?: Hex | undefined
  readonly srcEid?: number | undefined
  readonly dstEid?: number | undefined
  /** Only before this step, e.g. hold what is delivered but not yet composed. */
  readonly before?: MessageStep | undefined
}

/** How much gas the worker wrongly gives to a step, once per message. */
export type UnderGas = { readonly deliver?: bigint | undefined; readonly compose?: bigint | undefined }

/** What a test has ordered the worker to do with messages. Plain and immutable, so that a snapshot can keep it. */
export type MessageRules = {
  /** The last one that matches decides. */
  readonly orders: readonly { readonly filter: MessageFilter; readonly order: 'hold' | 'drop' | 'release' }[]
  readonly underGas: readonly { readonly filter: MessageFilter; readonly gas: UnderGas }[]
  /** `guid:step` of what was already given too little. */
  readonly starved: readonly string[]
}

export const NONE: MessageRules = { orders: [], underGas: [], starved: [] }

export function order(rules: MessageRules, filter: MessageFilter, what: 'hold' | 'drop' | 'release'): MessageRules {
  // Releasing all takes every hold away, but what was lost stays lost.
  const isAll = what === 'release' && Object.values(filter).every((value) => value === undefined)
  if (isAll) return { ...rules, orders: rules.orders.filter((one) => one.order !== 'hold') }
  return { ...rules, orders: [...rules.orders, { filter, order: what }] }
}

export function starve(rules: MessageRules, filter: MessageFilter, gas: UnderGas): MessageRules {
  return { ...rules, underGas: [...rules.underGas, { filter, gas }] }
}

/** Whether the worker may take a step by itself, or why not. */
export function standing(rules: MessageRules, record: MessageRecord, step: MessageStep): 'free' | 'held' | 'dropped' {
  const last = rules.orders.filter(({ filter }) => matches(filter, record, step)).at(-1)
  if (last === undefined || last.order === 'release') return 'free'
  return last.order === 'hold' ? 'held' : 'dropped'
}

/** The too small gas that was ordered for a step, if it was not used yet; and the rules after its use. */
export function takeUnderGas(
  rules: MessageRules,
  record: MessageRecord,
  step: 'deliver' | 'compose',
): { readonly gas: bigint | undefined; readonly rules: MessageRules } {
  const key = `${record.guid}:${step}`
  const found = rules.underGas
    .filter(({ filter, gas }) => gas[step] !== undefined && matches(filter, record, step))
    .at(-1)
  if (found === undefined || rules.starved.includes(key)) return { gas: undefined, rules }
  return { gas: found.gas[step], rules: { ...rules, starved: [...rules.starved, key] } }
}

function matches({ guid, srcEid, dstEid, before }: MessageFilter, record: MessageRecord, step: MessageStep): boolean {
  return (
    (guid === undefined || guid === record.guid) &&
    (srcEid === undefined || srcEid === record.srcEid) &&
    (dstEid === undefined || dstEid === record.dstEid) &&
    (before === undefined || before === step)
  )
}
