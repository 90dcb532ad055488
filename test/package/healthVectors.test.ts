import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as compound from '../../scripts/health-vectors/compoundV2.ts'
import * as comet from '../../scripts/health-vectors/compoundV3.ts'
import * as morpho from '../../scripts/health-vectors/morphoBlue.ts'

// The cases that forge plays against the twins in Solidity, played against the SDK's own rules.

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

const {
  MORPHO_BLUE: positions,
  COMPOUND_V3: accounts,
  COMPOUND_V2: members,
}: Families = JSON.parse(read('../../test/vectors/health.json'))

type Families = {
  readonly MORPHO_BLUE: readonly morpho.MorphoVector[]
  readonly COMPOUND_V3: readonly comet.CometVector[]
  readonly COMPOUND_V2: readonly compound.CompoundV2Vector[]
}

const wad = 10n ** 18n
const isBelowOne = ({ factor }: { readonly factor: string }) => factor !== 'no-debt' && BigInt(factor) < wad

describe('health vectors', () => {
  test('behavior: the rules give what is written', () => {
    expect(positions.map(morpho.judge)).toEqual(positions.map(({ factor }) => factor))
    expect(accounts.map(comet.judge)).toEqual(accounts.map(({ factor }) => factor))
    expect(members.map(compound.judge)).toEqual(members.map(({ factor }) => factor))
  })

  test('behavior: they are of every kind', () => {
    for (const vectors of [positions, accounts, members]) {
      expect(vectors.length).toBeGreaterThan(150)
      expect(vectors.filter(isBelowOne).length).toBeGreaterThan(50)
      expect(vectors.filter((one) => !isBelowOne(one)).length).toBeGreaterThan(50)
      expect(vectors.filter(({ factor }) => factor === 'no-debt').length).toBeGreaterThan(1)
    }
  })

  test('behavior: what was measured on a real Comet is judged as it judged', () => {
    const measured = accounts.filter(({ isLiquidatable }) => isLiquidatable !== undefined)
    expect(measured.length).toBeGreaterThan(50)
    expect(measured.map(isBelowOne)).toEqual(measured.map(({ isLiquidatable }) => isLiquidatable))
  })

  test('behavior: forge has the same bytes', () => {
    const solidity = read('../../contracts/test/vectors/HealthVectors.sol')
    const bytesOf = (name: string) =>
      [...(new RegExp(`constant ${name} =([^;]*);`).exec(solidity)?.[1] ?? '').matchAll(/hex"([0-9a-f]*)"/g)]
        .map(([, hex]) => hex)
        .join('')
    expect(bytesOf('MORPHO_BLUE')).toBe(positions.map(morpho.morphoBlue.encode).join(''))
    expect(bytesOf('COMPOUND_V3')).toBe(accounts.map(comet.compoundV3.encode).join(''))
    expect(bytesOf('COMPOUND_V2')).toBe(members.map(compound.compoundV2.encode).join(''))
  })
})
