import type { Devnet } from '@unimargin/devnet'
import { erc20Abi } from 'viem'
import { call } from '../../../packages/devnet/src/chain/Transaction.ts'
import { transact } from '../../../packages/devnet/src/chain/transact.ts'
import { act, actAsPlanner } from './act.ts'
import { BUS_FARE, BUS_FARE_WITH_DROP, POOL_NAMES, SHARED_DECIMALS, type StargateChain } from './Stargate.ts'
import { sendCredits } from './sendCredits.ts'

/**
 * Deposits into every pool, shares the credits that come of it evenly between all chains, and sets the fares of the buses.
 * Half of a chain's own credit stays, so that depositors could redeem.
 */
export async function provideLiquidity(devnet: Devnet, chains: readonly StargateChain[]): Promise<void> {
  for (const chain of chains) await deposit(devnet, chain)
  for (const from of chains) {
    const remotes = chains.filter((chain) => chain !== from)
    for (const to of remotes) {
      const transfers = POOL_NAMES.map((pool) => {
        const { liquidity } = from.pools[pool]
        return { pool, amount: (liquidity * 10n ** BigInt(SHARED_DECIMALS)) / BigInt(2 * remotes.length) }
      })
      await sendCredits(from, to, transfers)
      await setFares(from, to)
    }
  }
  await devnet.messages.idle()
}

async function deposit(devnet: Devnet, chain: StargateChain): Promise<void> {
  const { name, owner, node, pools } = chain
  for (const pool of POOL_NAMES) {
    const { liquidity, decimals, token, pool: contract } = pools[pool]
    const amount = liquidity * 10n ** BigInt(decimals)
    const target = contract.address
    if (pool === 'ETH') {
      await act(chain, owner, { target, functionName: 'deposit', args: [owner, amount], value: amount })
      continue
    }
    await devnet.mint(pool, owner, amount, name)
    await transact(node, [
      call({ from: owner, to: token, abi: erc20Abi, functionName: 'approve', args: [target, amount] }),
    ])
    await act(chain, owner, { target, functionName: 'deposit', args: [owner, amount] })
  }
}

async function setFares(from: StargateChain, to: StargateChain): Promise<void> {
  await actAsPlanner(from, {
    target: from.tokenMessaging.address,
    functionName: 'setFares',
    args: [to.chain.eid, BUS_FARE, BUS_FARE_WITH_DROP],
  })
}
