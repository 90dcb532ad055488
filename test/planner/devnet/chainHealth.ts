import { type DevnetChain, MORPHO_MARKET_NAMES } from '@unimargin/devnet'
import type { ReadPosition } from '@unimargin/sdk'
import { type Address, decodeFunctionResult, encodeFunctionData, parseAbi } from 'viem'
import * as Judge from '../../differential/morpho-blue/Judge.ts'
import { MORPHO_VIEWS } from './morphoViews.ts'

const { WAD, PRICE, VIRTUAL_SHARES } = { WAD: 10n ** 18n, PRICE: 10n ** 36n, VIRTUAL_SHARES: 10n ** 6n }
const poolAbi = parseAbi([
  'function getUserAccountData(address user) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)',
])

/**
 * What a chain itself says of a position in its latest state, WAD, then or at a later `time`; no debt is `undefined`. None of our
 * rules is asked.
 */
export async function chainHealth(
  chain: DevnetChain,
  { market, owner }: Pick<ReadPosition, 'market' | 'owner'>,
  time?: bigint,
): Promise<bigint | undefined> {
  const judge = await Judge.at(chain.rpcUrl, time)
  return market.protocol === 'aave-v3' ? poolHealth(judge, chain, owner) : morphoHealth(judge, chain, market.id, owner)
}

async function poolHealth(judge: Judge.Judge, { addresses }: DevnetChain, owner: Address): Promise<bigint | undefined> {
  const call = { abi: poolAbi, functionName: 'getUserAccountData' } as const
  const data = encodeFunctionData({ ...call, args: [owner] })
  const [answer] = await judge.judge([{ from: owner, to: addresses.pool, data }])
  if (answer?.succeeds !== true) throw new Error(`the pool does not say how healthy ${owner} is`)
  const [, debt, , , , factor] = decodeFunctionResult({ ...call, data: answer.data })
  return debt === 0n ? undefined : factor
}

/**
 * Morpho Blue has no view for it: its own storage after its own accrual, its own oracle, and the comparison of its `_isHealthy`
 * as a quotient.
 */
async function morphoHealth(
  judge: Judge.Judge,
  { addresses, morphoMarkets }: DevnetChain,
  id: string,
  owner: Address,
): Promise<bigint | undefined> {
  const name = MORPHO_MARKET_NAMES.find((one) => id.toLowerCase().includes(morphoMarkets[one].id.toLowerCase()))
  if (name === undefined) throw new RangeError(`no Morpho market ${id}`)
  const { id: marketId, params } = morphoMarkets[name]
  const { morpho } = addresses
  const abi = MORPHO_VIEWS
  const answers = await judge.inOrder([
    { to: morpho, data: encodeFunctionData({ abi, functionName: 'accrueInterest', args: [params] }) },
    { to: morpho, data: encodeFunctionData({ abi, functionName: 'market', args: [marketId] }) },
    { to: morpho, data: encodeFunctionData({ abi, functionName: 'position', args: [marketId, owner] }) },
    { to: params.oracle, data: encodeFunctionData({ abi, functionName: 'price' }) },
  ])
  const [, market, position, price] = answers.map(({ success, returnData }) => (success ? returnData : undefined))
  if (market === undefined || position === undefined || price === undefined) throw new Error('Morpho does not answer')
  const [, , totalBorrow, totalShares] = decodeFunctionResult({ abi, functionName: 'market', data: market })
  const [, shares, collateral] = decodeFunctionResult({ abi, functionName: 'position', data: position })
  if (shares === 0n) return undefined
  const ofShares = totalShares + VIRTUAL_SHARES
  const owed = (shares * (totalBorrow + 1n) + ofShares - 1n) / ofShares
  const oraclePrice = decodeFunctionResult({ abi, functionName: 'price', data: price })
  const most = (((collateral * oraclePrice) / PRICE) * params.lltv) / WAD
  return (most * WAD) / owed
}
