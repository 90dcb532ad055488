import { createMarginClient, gradeRoute, type MarginClient, type StargateRoute } from '@unimargin/sdk'
import { http, pad, zeroAddress } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { layerZero } from '../../../packages/devnet/src/artifacts/Artifact.ts'
import { call } from '../../../packages/devnet/src/chain/Transaction.ts'
import { transact } from '../../../packages/devnet/src/chain/transact.ts'
import type { Deployed } from '../../../packages/devnet/src/deploy/Deployment.ts'
import { actAsPlanner, ask } from './act.ts'
import { routesOf } from './routesOf.ts'
import { POOL_NAMES, type StargateChain } from './Stargate.ts'
import { open, type StargateLab } from './StargateLab.ts'
import { sendCredits } from './sendCredits.ts'

const MOST = 2n ** 64n - 2n

describe('routes through Stargate are graded', () => {
  let lab: StargateLab
  let client: MarginClient
  beforeAll(async () => {
    lab = await open()
    const { chains, routers } = lab.devnet
    client = createMarginClient({
      chains: chains.map(({ chain }) => chain),
      transports: Object.fromEntries(chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
      adapters: [],
      routers,
      routes: routesOf(lab.stargate, lab.devnet),
    })
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const route = (name: (typeof POOL_NAMES)[number]): StargateRoute => {
    const found = routesOf(lab.stargate, lab.devnet).find(({ key }) => key.startsWith(name))
    if (found === undefined) throw new RangeError(`no route of ${name}`)
    return found
  }
  const grade = (of = route('USDC'), from = lab.arbitrum, to = lab.base) =>
    gradeRoute(client, { route: of, from: from.chain.chainId, to: to.chain.chainId })
  const doubts = async (of = route('USDC')) => {
    const { grade: letter, reasons } = await grade(of)
    return [letter, ...reasons.map(({ kind, side }) => `${kind} ${side}`)]
  }
  const asOwner = (
    { node, owner }: StargateChain,
    { address, artifact }: Deployed,
    functionName: string,
    args: readonly unknown[],
  ) => transact(node, [call({ from: owner, to: address, abi: artifact.abi, functionName, args })])

  test.each(POOL_NAMES)(
    'default: %s is without a doubt, both ways, and can carry the credit of its path',
    async (name) => {
      for (const [from, to] of [
        [lab.arbitrum, lab.base],
        [lab.base, lab.arbitrum],
      ] as const) {
        const { grade: letter, reasons, source, destination } = await grade(route(name), from, to)
        expect([letter, reasons]).toEqual(['A', []])
        expect([source.app, destination.app]).toEqual([from.tokenMessaging.address, to.tokenMessaging.address])
        const credit = BigInt(String(await ask(from, from.pools[name].pool.address, 'paths', [to.chain.eid])))
        const unit = 10n ** BigInt(from.pools[name].decimals - 6)
        expect(source.capacity).toEqual({ status: 'ok', value: credit * unit })
        expect(source.pool).toMatchObject({ value: { assetId: from.pools[name].assetId, isPaused: false } })
      }
    },
  )

  test('behavior: a path without credit carries nothing now', async () => {
    await sendCredits(lab.arbitrum, lab.base, [{ pool: 'USDC', amount: MOST }], { path: lab.base })
    await lab.devnet.messages.idle()
    expect(await doubts()).toContain('no-capacity source')
    expect(await doubts(route('ETH'))).toEqual(['A'])
  })

  test('behavior: a paused pool stops a move, at either end', async () => {
    const pause = (chain: StargateChain) =>
      actAsPlanner(chain, { target: chain.pools.USDC.pool.address, functionName: 'setPause', args: [true] })
    await pause(lab.base)
    expect(await doubts()).toEqual(['refused', 'paused destination'])
    await pause(lab.arbitrum)
    expect(await doubts()).toEqual(['refused', 'paused source', 'paused destination'])
  })

  test('behavior: a messaging contract that is not the pool’s own, as configured and as set', async () => {
    const { creditMessaging, pools } = lab.base
    const wrong = {
      ...route('USDC'),
      ends: route('USDC').ends.map((end) =>
        end.oft === pools.USDC.pool.address ? { ...end, messaging: creditMessaging.address } : end,
      ),
    }
    expect(await doubts(wrong)).toContain('wrong-pool destination')
    await asOwner(lab.base, pools.USDC.pool, 'setAddressConfig', [
      {
        feeLib: pools.USDC.feeLib.address,
        planner: lab.base.planner.address,
        treasurer: lab.base.treasurer.address,
        tokenMessaging: creditMessaging.address,
        creditMessaging: creditMessaging.address,
        lzToken: zeroAddress,
      },
    ])
    expect(await doubts()).toContain('wrong-pool destination')
  })

  test('behavior: another asset at the other end, under its number', async () => {
    const { tokenMessaging, pools } = lab.base
    await asOwner(lab.base, tokenMessaging, 'setAssetId', [pools.USDC.pool.address, 99])
    expect(await doubts()).toEqual(['refused', 'wrong-pool destination'])
  })

  test('behavior: a peer that is another, and libraries that are anybody’s', async () => {
    const { arbitrum, base } = lab
    await asOwner(base, base.tokenMessaging, 'setPeer', [arbitrum.chain.eid, pad('0x1234')])
    expect(await doubts()).toEqual(['refused', 'wrong-peer destination'])
    await asOwner(base, base.tokenMessaging, 'setPeer', [arbitrum.chain.eid, pad(arbitrum.tokenMessaging.address)])
    const endpoint = { address: arbitrum.chain.endpoint, artifact: layerZero('EndpointV2') }
    const { address } = arbitrum.tokenMessaging
    await asOwner(arbitrum, endpoint, 'setSendLibrary', [address, base.chain.eid, zeroAddress])
    expect(await doubts()).toContain('unpinned-library source')
  })
})
