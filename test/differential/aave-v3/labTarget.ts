import type { ChainName, Devnet } from '@unimargin/devnet'
import type { LabTarget } from './AaveLab.ts'

/** The Aave pool of one chain of the devnet, as something to play with. */
export function labTarget(devnet: Devnet, name: ChainName): LabTarget {
  const { chainId, rpcUrl, aaveVersion, addresses, tokens } = devnet.chain(name)
  const { WETH, ...others } = tokens
  return { chainId, rpcUrl, version: aaveVersion, pool: addresses.pool, tokens: [WETH, ...Object.values(others)] }
}
