import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const src = join(import.meta.dirname, '../../contracts/src')

/** Every loop of the contracts by what ends it, and who decides how often it turns. None turns once per owner. */
const LOOPS: Readonly<Record<string, string>> = {
  'CollateralRouter.sol: config.remotes.length': 'the deployer, once',
  'CollateralRouter.sol: config.markets.length': 'the deployer, once',
  'CollateralRouter.sol: config.ofts.length': 'the deployer, once',
  'CollateralRouter.sol: config.tokens.length': 'the deployer, once',
  'CollateralRouter.sol: page.length': 'the limit of who reads',
  'connectors/CompoundV3Connector.sol: collaterals.length': 'what the Comet lists: 24 at most',
  'health/CompoundV3Health.sol: collateral.length': 'what the Comet lists: 24 at most',
  'simulation/Understudy.sol: cues.length != 0': 'who simulates; it is never deployed',
  'health/CompoundV2Health.sol: tokens.length': 'the markets that the owner has entered, who pays for the gas',
}

const loops = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.sol') && !file.startsWith('devnet/'))
  .flatMap((file) => {
    const source = readFileSync(join(src, file), 'utf8').replace(/\/\/.*$/gm, '')
    return [...source.matchAll(/\b(?:for|while|do)\b\s*(?:\(([^{]*)\)\s*)?\{/g)].map(([, head = 'endless']) => {
      const limit = /; \w+ < ([\w.]+); \+\+\w+$/.exec(head)?.[1] ?? head
      return `${file}: ${limit}`
    })
  })

describe('the loops of the contracts', () => {
  test('behavior: turn as often as somebody who pays for it decides', () => {
    expect(loops.length).toBeGreaterThan(0)
    expect([...new Set(loops)].sort()).toEqual(Object.keys(LOOPS).sort())
  })

  test('behavior: there is none in assembly', () => {
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.sol') || file.startsWith('devnet/')) continue
      const source = readFileSync(join(src, file), 'utf8').replace(/\/\/.*$/gm, '')
      for (const part of source.split(/assembly \("memory-safe"\) \{/).slice(1)) expect(part).not.toMatch(/^\s*for \{/m)
    }
  })
})
