import type { ChainName, Devnet } from '@unimargin/devnet'
import type { LabTarget } from './MorphoLab.ts'

/** Morpho Blue of one chain of the devnet, as something to play with. */
export function labTarget(devnet: Devnet, name: ChainName): LabTarget {
  const { chainId, rpcUrl, addresses } = devnet.chain(name)
  return { chainId, rpcUrl, morpho: addresses.morpho, linearIrm: addresses.morphoIrm }
}
