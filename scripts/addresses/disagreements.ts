import type { Book } from './Book.ts'
import { chains } from './chains.ts'
import { addressAt, maybeAddressAt, type Sources } from './Sources.ts'

/** Where two sources speak of the same thing: how often they were compared, and where they disagree. */
export async function disagreements(
  book: Book,
  sources: Sources,
): Promise<{ readonly compared: number; readonly found: readonly string[] }> {
  const { aave, morpho, endpointIds, viem } = sources
  let compared = 0
  const found: string[] = []
  const compare = (what: string, one: unknown, other: unknown): void => {
    compared += 1
    const isSame = String(one).toLowerCase() === String(other).toLowerCase()
    if (!isSame) found.push(`${what}: ${String(one)} and ${String(other)}`)
  }
  for (const chain of chains) {
    const { key, chainId } = chain
    const entry = book['chains/addresses.ts']?.[key]
    // LayerZero's folders have names of their own: its chain keys say which chain an endpoint id means.
    compare(`${key} of LayerZero`, endpointIds.of('CHAIN_KEY', Number(entry?.eid)), key)
    const wrapped = maybeAddressAt(morpho, 'addresses', chainId, 'wNative')
    if (wrapped !== undefined && chain.aave !== undefined) {
      const symbol = `W${String(viem.of(key, 'nativeCurrency', 'symbol'))}`
      const listed = addressAt(aave, chain.aave, 'ASSETS', symbol, 'UNDERLYING')
      compare(`${symbol} on ${key}, Morpho’s and Aave’s`, wrapped, listed)
    }
    if (chain.moonwell !== undefined) {
      const moonwell = await sources.moonwell(chain.moonwell)
      const morphoBlue = maybeAddressAt(moonwell, 'contracts', 'morphoBlue')
      if (morphoBlue !== undefined) {
        compare(
          `Morpho on ${key}, Moonwell’s and its own`,
          morphoBlue,
          addressAt(morpho, 'addresses', chainId, 'morpho'),
        )
      }
    }
  }
  return { compared, found }
}
