import { asAdmin } from './asAdmin.ts'
import type { ChainName } from './ChainSpec.ts'
import * as Node from './chain/Node.ts'
import { call, TEST_GAS } from './chain/Transaction.ts'
import { transact } from './chain/transact.ts'
import type { Devnet } from './Devnet.ts'
import type { DeployedChain } from './deploy/deployChains.ts'
import { MORPHO_MARKETS } from './MorphoMarket.ts'

type MorphoActions = Pick<Devnet, 'openMorphoPosition'>

/** What tests do to Morpho Blue, on the chains that `on` names. */
export function morphoActions(on: (name: ChainName) => DeployedChain): MorphoActions {
  return {
    openMorphoPosition: async ({ chain: name, market, owner, collateral, borrow = 0n }) => {
      const chain = on(name)
      const { morpho, markets } = chain.morpho
      const { params } = markets[market]
      const { token } = chain.tokens[MORPHO_MARKETS[market].collateral]
      await transact(chain.node, [
        asAdmin(chain, token, 'mint', [chain.admin, collateral]),
        asAdmin(chain, token, 'approve', [morpho.address, collateral]),
        asAdmin(chain, morpho, 'supplyCollateral', [params, collateral, owner, '0x']),
      ])
      if (borrow === 0n) return
      const { address: to, artifact } = morpho
      const args = [params, borrow, 0n, owner, owner]
      const borrowing = call({ from: owner, to, abi: artifact.abi, functionName: 'borrow', args, gas: TEST_GAS })
      await Node.asOwner(chain.node, owner, () => transact(chain.node, [borrowing]))
    },
  }
}
