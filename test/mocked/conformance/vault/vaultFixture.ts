// vaultFixture.ts
import { type ConformanceFixture, mockWorld } from '@unimargin/adapters/conformance/checks'
import { Wad } from '@unimargin/sdk'
import { migratedVaultLoans, mockVault, mockVaultLoans } from './mockVaultLoans.ts'

export const chainId = 8453
const owners = [
  '0x1111111111111111111111111111111111111111',
  '0x2222222222222222222222222222222222222222',
  '0x3333333333333333333333333333333333333333',
] as const

/** Pools by chance: tokens with any decimals, dust and whales, the healthy and the doomed. */
export const fixture: ConformanceFixture = {
  worlds: 12,
  world: (random) => {
    const options = {
      chainId,
      shareDecimals: random.integer(0, 36),
      assetDecimals: random.integer(0, 36),
      price: Wad.WAD * random.bigint(1n, 1_000n),
      loanToValue: random.bigint(1n, Wad.WAD),
    }
    const cash = random.bigint(0n, 10n ** 36n)
    const amount = (decimals: number) => random.bigint(0n, 10n ** BigInt(Math.min(decimals + 6, 36)))
    const market = owners.reduce(
      (pool, owner) =>
        pool.withPosition({
          owner,
          supply: { vUSD: amount(options.shareDecimals) },
          borrow: { USD: random.boolean() ? amount(options.assetDecimals) : 0n },
        }),
      mockVaultLoans({ ...options, cash }),
    )
    return mockWorld({
      market,
      owners,
      priced: [mockVault(chainId)],
      changedFacts: { 'the vault was replaced': migratedVaultLoans(options) },
    })
  },
}
