import type { Devnet, DevnetChain } from '@unimargin/devnet'
import { type Address, concatHex, type Hex, numberToHex, pad, zeroAddress } from 'viem'
import { impersonated } from '../../../packages/devnet/src/chain/impersonated.ts'
import * as Node from '../../../packages/devnet/src/chain/Node.ts'
import { type Deployment, startDeployment } from '../../../packages/devnet/src/deploy/Deployment.ts'
import { artifact } from './artifact.ts'
import { pinLibraries } from './pinLibraries.ts'
import { provideLiquidity } from './provideLiquidity.ts'
import {
  MAX_PASSENGERS,
  NATIVE_DROP,
  POOL_NAMES,
  POOL_SPECS,
  type PoolName,
  QUEUE_CAPACITY,
  SHARED_DECIMALS,
  type Stargate,
  type StargateChain,
  type StargatePool,
} from './Stargate.ts'

/** What a taxi is delivered with whatever its sender adds. */
export const TAXI_GAS = 150_000n
const SEAT_GAS = 120_000n
/** Enough where the receiver's account did not exist. */
const DROP_GAS = 60_000n
const CREDIT_GAS = 80_000n
const MSG_TYPE_TAXI = 1

type Started = Omit<StargateChain, 'pools'> & {
  readonly deployment: Deployment
  readonly pools: Readonly<Record<PoolName, StargatePool>>
}

/**
 * Deploys Stargate V2 from its own artifacts on every chain of a devnet, over the LayerZero that stands there, wires it as it
 * is wired in production (messaging contracts with peers and pinned libraries, pools with asset ids, fee libraries, planner,
 * treasurer, fares) and gives every pool liquidity and every path credit.
 */
export async function deployStargate(devnet: Devnet): Promise<Stargate> {
  const started = devnet.chains.map(start)
  for (const one of started) {
    connect(
      one,
      started.filter((other) => other !== one),
    )
    await Node.impersonate(one.node, one.owner)
    await one.deployment.flush()
  }
  const chains: readonly StargateChain[] = started.map(({ deployment: _, ...chain }) => chain)
  await provideLiquidity(devnet, chains)
  return {
    chains,
    chain: (name) => {
      const found = chains.find((one) => one.name === name)
      if (found === undefined) throw new RangeError(`no Stargate on ${name}`)
      return found
    },
  }
}

function start(chain: DevnetChain): Started {
  const node = Node.create(chain)
  // Another sender per chain, so that addresses differ as they do in production.
  const owner = impersonated(`stargate ${chain.name}`)
  const deployment = startDeployment(node, owner, 0)
  const { deploy } = deployment
  const tokenMessaging = deploy(artifact('messaging/TokenMessaging'), [chain.endpoint, owner, QUEUE_CAPACITY])
  const creditMessaging = deploy(artifact('messaging/CreditMessaging'), [chain.endpoint, owner])
  const planner = deploy(artifact('peripheral/Planner'))
  const treasurer = deploy(artifact('peripheral/Treasurer'), [owner, owner])
  const pools = {
    USDC: startPool(deployment, chain, 'USDC', chain.tokens.USDC.address),
    ETH: startPool(deployment, chain, 'ETH', zeroAddress),
    wstETH: startPool(deployment, chain, 'wstETH', chain.tokens.wstETH.address),
  }
  const { name } = chain
  return { name, chain, node, owner, deployment, tokenMessaging, creditMessaging, planner, treasurer, pools }
}

function startPool({ from, deploy }: Deployment, chain: DevnetChain, name: PoolName, token: Address): StargatePool {
  const spec = POOL_SPECS[name]
  const ofToken = token === zeroAddress ? [] : [token]
  const pool = deploy(artifact(spec.contract), [
    `Stargate ${name}`,
    `S*${name}`,
    ...ofToken,
    spec.decimals,
    SHARED_DECIMALS,
    chain.endpoint,
    from,
  ])
  const feeLib = deploy(artifact('feelibs/FeeLibV1'), [pool.address])
  return { ...spec, name, pool, feeLib, token }
}

function connect(one: Started, remotes: readonly Started[]): void {
  const { chain, deployment, tokenMessaging, creditMessaging, planner, treasurer, pools } = one
  const { call } = deployment
  for (const messaging of [tokenMessaging, creditMessaging]) {
    call(messaging, 'setPlanner', [planner.address])
    for (const { pool, assetId } of Object.values(pools)) call(messaging, 'setAssetId', [pool.address, assetId])
  }
  for (const name of POOL_NAMES) {
    const { pool, feeLib } = pools[name]
    call(pool, 'setAddressConfig', [
      {
        feeLib: feeLib.address,
        planner: planner.address,
        treasurer: treasurer.address,
        tokenMessaging: tokenMessaging.address,
        creditMessaging: creditMessaging.address,
        lzToken: zeroAddress,
      },
    ])
    call(treasurer, 'setStargate', [pool.address, true])
  }
  for (const { chain: remote, ...there } of remotes) {
    const { eid } = remote
    call(tokenMessaging, 'setPeer', [eid, pad(there.tokenMessaging.address)])
    call(tokenMessaging, 'setGasLimit', [eid, SEAT_GAS, DROP_GAS])
    call(tokenMessaging, 'setMaxNumPassengers', [eid, MAX_PASSENGERS])
    call(tokenMessaging, 'setNativeDropAmount', [eid, NATIVE_DROP])
    call(tokenMessaging, 'setEnforcedOptions', [[{ eid, msgType: MSG_TYPE_TAXI, options: deliveryOptions(TAXI_GAS) }]])
    call(creditMessaging, 'setPeer', [eid, pad(there.creditMessaging.address)])
    call(creditMessaging, 'setGasLimit', [eid, CREDIT_GAS])
    for (const messaging of [tokenMessaging, creditMessaging]) {
      pinLibraries(deployment, chain, messaging.address, eid)
    }
  }
}

/** Options of type 3 with one entry: the executor delivers with this gas. */
function deliveryOptions(gas: bigint): Hex {
  return concatHex(['0x0003', '0x01', '0x0011', '0x01', numberToHex(gas, { size: 16 })])
}
