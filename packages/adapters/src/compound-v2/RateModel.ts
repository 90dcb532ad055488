import { Read } from '@unimargin/sdk'
import type { Address } from 'viem'
import { readerOf } from '../shared/readerOf.ts'
import type { Flavour } from './Flavour.ts'
import { KINKS, rateModelAbi } from './rateModelAbi.ts'
import { readBooks, type StoredBooks } from './readBooks.ts'
import type { Totals } from './Totals.ts'
import * as TotalsOf from './Totals.ts'

/**
 * The parameters of an interest rate model as one text, so that they can travel in a reserve's details: four numbers for a
 * line with a kink (`base multiplier jump kink`), seven for two kinks. All per slot, WAD.
 */
export type RateModel = string

const WAD = 10n ** 18n
/** No utilisation is above it: a white paper's line has no kink. */
const NEVER = 2n ** 128n

/**
 * The model of a token, recognised by its getters; `undefined` where it has none that are known, or has those of a known one and
 * counts in another way.
 */
export function read(token: Address, address: Address, flavour: Flavour): Read.Read<RateModel | undefined> {
  const both = Read.all([readParameters(address, flavour), Read.settle(readBooks(token, flavour))])
  return Read.map(both, ([model, books]) =>
    model !== undefined && books.status === 'ok' && fits(model, books.value, flavour) ? model : undefined,
  )
}

/** Whether the rate that a token tells is the model's. */
export function fits(model: RateModel, { totals, borrowRate }: StoredBooks, { isVenus }: Flavour): boolean {
  return rateAt(model, totals, isVenus) === borrowRate
}

/**
 * The parameters, at another block, of a model that was recognised: by the same getters. Whoever runs it may change them under
 * its address, and the rate that a token tells need not show it: at a low utilisation nobody sees the kink.
 */
export function readAgain(model: RateModel, address: Address, { per }: Flavour): Read.Read<RateModel> {
  const get = readerOf(address, rateModelAbi)
  const line = [get(`baseRate${per}`), get(`multiplier${per}`)]
  const before = model.split(' ')
  const isLine = before[3] === String(NEVER)
  const parameters: readonly Read.Read<bigint>[] =
    before.length === KINKS.length
      ? KINKS.map((name) => get(name))
      : isLine
        ? [...line, Read.succeed(0n), Read.succeed(NEVER)]
        : [...line, get(`jumpMultiplier${per}`), get('kink')]
  return Read.map(Read.all(parameters), (now) => now.join(' '))
}

function readParameters(address: Address, { per }: Flavour): Read.Read<RateModel | undefined> {
  const get = readerOf(address, rateModelAbi)
  const line = [get(`baseRate${per}`), get(`multiplier${per}`)]
  const models = Read.all([
    Read.settle(Read.all(line)),
    Read.settle(Read.all([get(`jumpMultiplier${per}`), get('kink')])),
    Read.settle(Read.all(KINKS.map((name) => get(name)))),
  ])
  return Read.map(models, ([base, jump, kinks]) => {
    if (kinks.status === 'ok') return kinks.value.join(' ')
    if (base.status !== 'ok') return undefined
    // A model that answers for nothing else is a line; the rate that the token tells is held against it.
    return [...base.value, ...(jump.status === 'ok' ? jump.value : [0n, NEVER])].join(' ')
  })
}

/** The borrow rate per slot at these totals, WAD, truncated as the model truncates. */
export function rateAt(model: RateModel, totals: Totals, isVenus: boolean): bigint {
  const used = TotalsOf.utilisation(totals, isVenus)
  const [base = 0n, multiplier = 0n, third = 0n, fourth = 0n, multiplier2, kink2 = 0n, jump = 0n] = model
    .split(' ')
    .map(BigInt)
  if (multiplier2 === undefined) {
    const [jumpMultiplier, kink] = [third, fourth]
    if (used <= kink) return (used * multiplier) / WAD + base
    return ((used - kink) * jumpMultiplier) / WAD + ((kink * multiplier) / WAD + base)
  }
  const [kink1, base2] = [third, fourth]
  const first = (kink1 * multiplier) / WAD + base
  const rate =
    used < kink1
      ? (used * multiplier) / WAD + base
      : used < kink2
        ? first + (((used - kink1) * multiplier2) / WAD + base2)
        : first + (((kink2 - kink1) * multiplier2) / WAD + base2) + ((used - kink2) * jump) / WAD
  return rate > 0n ? rate : 0n
}
