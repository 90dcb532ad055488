import { type Hex, type MarketReading, type ReadResult, reasonOf } from '@unimargin/sdk'
import { concatHex, numberToHex, size, slice } from 'viem'
import type { Check } from '../Check.ts'
import { differenceButReasons } from '../difference.ts'
import { judge } from '../judge.ts'
import type { Observed } from '../observe.ts'
import { sampleCalls } from '../sampleCalls.ts'
import { lostDebts } from './lostDebts.ts'

/**
 * What is no answer is none: bytes that the ABI does not describe count as no answer at all. What a sick node may say
 * instead (numbers that nothing can have) neither throws nor makes a debt disappear.
 */
export const malformed: Check = {
  name: 'malformed answers',
  says: 'malformed answers are no answers, and never throw',
  needs: 'calls that answer something',
  run: (observed, { tried, finding }, random) => {
    const { state, answers } = observed
    for (const index of sampleCalls(observed, random)) {
      const answer = answers[index]
      if (answer?.status !== 'ok') continue
      tried()
      const replaced = (result: ReadResult<Hex>) => answers.map((other, at) => (at === index ? result : other))
      const decoded = (what: string, result: ReadResult<Hex>): MarketReading | undefined => {
        try {
          const step = state.decode(replaced(result))
          return step.status === 'ok' ? step.value : undefined
        } catch (error) {
          finding(`call ${index} (${selectorOf(observed, index)}) ${what}: it throws ${reasonOf(error)}`)
          return undefined
        }
      }
      const nothing = decoded('unavailable', { status: 'unavailable', reason: 'no answer' })
      for (const [what, value] of brokenOf(answer.value)) {
        const got = decoded(what, { status: 'ok', value })
        const found = differenceButReasons(nothing, got, 'the reading')
        if (found !== undefined) {
          finding(`call ${index} (${selectorOf(observed, index)}) ${what} is not as good as no answer: ${found}`)
        }
      }
      for (const [what, value] of absurdOf(answer.value)) {
        const got = decoded(what, { status: 'ok', value })
        if (got === undefined) continue
        for (const text of absurdities(observed, got)) {
          finding(`call ${index} (${selectorOf(observed, index)}) ${what}: ${text}`)
        }
      }
    }
  },
}

/** Never the encoding of anything: ABI values are whole words, and as many as they say. */
function brokenOf(value: Hex): readonly (readonly [string, Hex])[] {
  const bytes = size(value)
  return [
    ['empty', '0x'],
    ['too long by a word', concatHex([value, numberToHex(0, { size: 32 })])],
    ['too long by a byte', concatHex([value, '0x00'])],
    ...(bytes > 0 ? [['cut by a byte', bytes === 1 ? '0x' : slice(value, 0, bytes - 1)] as const] : []),
    ...(bytes > 32 ? [['cut by a word', slice(value, 0, bytes - 32)] as const] : []),
  ]
}

/** May be the encoding of something, but of nothing that can be. */
function absurdOf(value: Hex): readonly (readonly [string, Hex])[] {
  const words = size(value) / 32
  const all: Hex = `0x${'ff'.repeat(size(value))}`
  const dirty = Array.from({ length: Math.min(words, 20) }, (_, at) => {
    const digits = value.slice(2)
    return [`with word ${at} dirty`, `0x${digits.slice(0, at * 64)}f${digits.slice(at * 64 + 1)}`] as const
  })
  return [['all ones', all], ...dirty]
}

/** What must not be of a reading that was made of lies. */
function absurdities(observed: Observed, got: MarketReading): readonly string[] {
  const texts: string[] = []
  for (const position of got.positions) {
    if (position.status !== 'ok') continue
    try {
      judge(observed, position.value)
    } catch (error) {
      texts.push(`${position.value.owner} cannot be judged: ${reasonOf(error)}`)
    }
  }
  return [...texts, ...lostDebts(observed.reading, got)]
}

/** The call's function and address, for people. */
export function selectorOf({ state }: Pick<Observed, 'state'>, index: number): string {
  const call = state.calls[index]
  return call === undefined ? 'none' : `${call.data.slice(0, 10)} at ${call.to.slice(0, 8)}`
}
