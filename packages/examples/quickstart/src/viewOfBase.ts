import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { base as aave } from '@unimargin/adapters/aave-v3/addresses'
import { base as chain } from '@unimargin/adapters/chains'
import { compoundV2 } from '@unimargin/adapters/compound-v2'
import { baseMoonwell } from '@unimargin/adapters/compound-v2/addresses'
import { compoundV3 } from '@unimargin/adapters/compound-v3'
import { baseUsdc } from '@unimargin/adapters/compound-v3/addresses'
import { morphoBlueMarkets } from '@unimargin/adapters/morpho-blue'
import { base as morpho } from '@unimargin/adapters/morpho-blue/addresses'
import { wallet } from '@unimargin/adapters/wallet'
import { base as idle } from '@unimargin/adapters/wallet/addresses'
import { type Address, createMarginClient, type Hex, type MarginView } from '@unimargin/sdk'
import { http } from 'viem'
import { base } from 'viem/chains'

/** What an owner has on Base: four protocols and the wallet, by one `eth_call`. */
export async function viewOfBase(nodeUrl: string, owner: Address, marketIds: readonly Hex[]): Promise<MarginView> {
  const client = createMarginClient({
    chains: [base],
    transports: { [base.id]: http(nodeUrl) },
    adapters: [
      aaveV3(aave),
      // There are thousands of markets, and each liquidates alone: name those that matter.
      ...morphoBlueMarkets({ ...morpho, marketIds }),
      compoundV3(baseUsdc),
      compoundV2(baseMoonwell),
      wallet(idle),
    ],
    sequencers: [chain.sequencer],
  })
  return client.getMarginView({ owner })
}
