import { parseUnits } from 'viem'
import { asAdmin } from './asAdmin.ts'
import type { ChainName } from './ChainSpec.ts'
import * as Node from './chain/Node.ts'
import { call, TEST_GAS } from './chain/Transaction.ts'
import { transact } from './chain/transact.ts'
import type { Devnet, TokenAmounts } from './Devnet.ts'
import { VARIABLE_RATE } from './deploy/AaveMarket.ts'
import type { DeployedChain } from './deploy/deployChains.ts'
import { PRICE_DECIMALS } from './deploy/deployFeeds.ts'
import { TOKEN_SYMBOLS, type TokenSymbol } from './Token.ts'

type AaveActions = Pick<
  Devnet,
  'setPrice' | 'setSequencer' | 'mint' | 'supply' | 'borrow' | 'openAavePosition' | 'setReserve'
>

/** What tests do to tokens and pools, on the chains that `on` names. */
export function aaveActions(chains: readonly DeployedChain[], on: (name: ChainName) => DeployedChain): AaveActions {
  const mint: AaveActions['mint'] = async (symbol, to, amount, name) => {
    const chain = on(name)
    await transact(chain.node, [asAdmin(chain, chain.tokens[symbol].token, 'mint', [to, amount])])
  }
  const supply: AaveActions['supply'] = async ({ chain: name, owner, symbol, amount }) => {
    const chain = on(name)
    const { token } = chain.tokens[symbol]
    const { pool } = chain.aave
    await transact(chain.node, [
      asAdmin(chain, token, 'mint', [chain.admin, amount]),
      asAdmin(chain, token, 'approve', [pool.address, amount]),
      asAdmin(chain, pool, 'supply', [token.address, amount, owner, 0]),
    ])
  }
  const borrow: AaveActions['borrow'] = async ({ chain: name, owner, symbol, amount }) => {
    const { node, aave, tokens } = on(name)
    const { address, artifact } = aave.pool
    const args = [tokens[symbol].token.address, amount, VARIABLE_RATE, 0, owner]
    await Node.asOwner(node, owner, () =>
      transact(node, [
        call({ from: owner, to: address, abi: artifact.abi, functionName: 'borrow', args, gas: TEST_GAS }),
      ]),
    )
  }
  return {
    mint,
    supply,
    borrow,
    openAavePosition: async ({ chain, owner, supply: supplied, borrow: borrowed = {} }) => {
      for (const posting of postings(supplied)) await supply({ chain, owner, ...posting })
      for (const posting of postings(borrowed)) await borrow({ chain, owner, ...posting })
    },
    setPrice: async (symbol, usd, { chain: name } = {}) => {
      const price = parseUnits(usd, PRICE_DECIMALS)
      const affected = name === undefined ? chains : [on(name)]
      await Promise.all(
        affected.map((chain) => transact(chain.node, [asAdmin(chain, chain.feeds[symbol], 'setAnswer', [price])])),
      )
    },
    setSequencer: async (name, state) => {
      const chain = on(name)
      await transact(chain.node, [asAdmin(chain, chain.sequencerFeed, 'setAnswer', [state === 'up' ? 0n : 1n])])
    },
    setReserve: async ({ chain: name, symbol, frozen, paused }) => {
      const chain = on(name)
      const asset = chain.tokens[symbol].token.address
      const { poolConfigurator } = chain.aave
      await transact(chain.node, [
        ...(frozen === undefined ? [] : [asAdmin(chain, poolConfigurator, 'setReserveFreeze', [asset, frozen])]),
        ...(paused === undefined ? [] : [asAdmin(chain, poolConfigurator, 'setReservePause', [asset, paused])]),
      ])
    },
  }
}

function postings(amounts: TokenAmounts): readonly { readonly symbol: TokenSymbol; readonly amount: bigint }[] {
  return TOKEN_SYMBOLS.flatMap((symbol) => {
    const amount = amounts[symbol]
    return amount === undefined ? [] : [{ symbol, amount }]
  })
}
