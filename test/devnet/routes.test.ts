import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet, type DevnetChain, type DevnetSnapshot } from '@unimargin/devnet'
import {
  type Address,
  createMarginClient,
  getRouteLimits,
  gradeRoute,
  type Hex,
  type MarginClient,
  type Route,
  Wad,
} from '@unimargin/sdk'
import { encodeAbiParameters, getAddress, http, pad, parseAbi, parseAbiParameters, zeroAddress } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { layerZero } from '../../packages/devnet/src/artifacts/Artifact.ts'

// Every doubt made by the owner of a real OFT at LayerZero's real endpoint, and graded from what the chains say then.

let devnet: Devnet
let client: MarginClient
let clean: DevnetSnapshot
let arbitrum: DevnetChain
let base: DevnetChain
let route: Route

const endpointAbi = parseAbi([
  'struct Setting { uint32 eid; uint32 configType; bytes config; }',
  'function setConfig(address app, address library, Setting[] settings)',
  'function setSendLibrary(address app, uint32 eid, address library)',
  'function setReceiveLibrary(address app, uint32 eid, address library, uint256 grace)',
  'function blockedLibrary() view returns (address)',
])
const oftAbi = parseAbi(['function setPeer(uint32 eid, bytes32 peer)', 'function setMsgInspector(address inspector)'])
const ULN = 2

beforeAll(async () => {
  devnet = await createDevnet({ chains: ['arbitrum', 'base'] })
  arbitrum = devnet.chain('arbitrum')
  base = devnet.chain('base')
  client = clientOf(devnet)
  const [first] = devnet.routes
  if (first === undefined) throw new TypeError('the devnet has routes')
  route = first
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await devnet.revert(clean)
})

afterAll(async () => {
  await devnet?.close()
})

function clientOf({ chains, routers, routes, marketOf }: Devnet): MarginClient {
  return createMarginClient({
    chains: chains.map(({ chain }) => chain),
    transports: Object.fromEntries(chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
    adapters: [aaveV3(marketOf('arbitrum')), aaveV3(marketOf('base'))],
    routers,
    routes,
  })
}

const grade = () => gradeRoute(client, { route, from: arbitrum.chainId, to: base.chainId })
const doubts = async () => {
  const { grade: letter, reasons } = await grade()
  return [letter, ...reasons.map(({ kind, side }) => `${kind} ${side}`)]
}
const oftOn = ({ chainId }: DevnetChain): Address =>
  route.ends.find((end) => end.chainId === chainId)?.oft ?? zeroAddress

/** As the owner of the OFT, who is its delegate at the endpoint as well. */
async function write(
  chain: DevnetChain,
  address: Address,
  abi: typeof endpointAbi | typeof oftAbi,
  functionName: string,
  args: readonly unknown[],
): Promise<void> {
  const { client: wallet, admin } = chain
  const hash = await wallet.writeContract({
    address,
    abi: [...abi],
    functionName,
    args: [...args],
    account: admin,
    chain: chain.chain,
    gas: 1_000_000n,
  } as Parameters<typeof wallet.writeContract>[0])
  const receipt = await wallet.waitForTransactionReceipt({ hash, pollingInterval: 20 })
  if (receipt.status !== 'success') throw new TypeError(`${functionName} failed`)
}

function ulnOf(required: readonly Address[], confirmations = 1n): Hex {
  const sorted = [...required].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  return encodeAbiParameters(parseAbiParameters(['(uint64, uint8, uint8, uint8, address[], address[])']), [
    [confirmations, sorted.length, 0, 0, sorted, []],
  ])
}

const setUln = (chain: DevnetChain, role: 'send' | 'receive', remote: DevnetChain, config: Hex) => {
  const { sendLibrary, receiveLibrary } = chain.addresses
  const settings = [{ eid: remote.eid, configType: ULN, config }]
  return write(chain, chain.endpoint, endpointAbi, 'setConfig', [
    oftOn(chain),
    role === 'send' ? sendLibrary : receiveLibrary,
    settings,
  ])
}

async function deployed(chain: DevnetChain, artifact: ReturnType<typeof layerZero>): Promise<Address> {
  const { client: wallet, admin } = chain
  const hash = await wallet.sendTransaction({
    data: artifact.bytecode,
    account: admin,
    chain: chain.chain,
    gas: 3_000_000n,
  } as Parameters<typeof wallet.sendTransaction>[0])
  const { contractAddress } = await wallet.waitForTransactionReceipt({ hash, pollingInterval: 20 })
  if (contractAddress === null || contractAddress === undefined) throw new TypeError('nothing was deployed')
  return getAddress(contractAddress)
}

describe('routes', () => {
  test('default: both routes of the devnet are graded A, in both directions', async () => {
    for (const one of devnet.routes) {
      for (const [from, to] of [[arbitrum, base] as const, [base, arbitrum] as const]) {
        const graded = await gradeRoute(client, { route: one, from: from.chainId, to: to.chainId })
        expect(graded).toMatchObject({
          grade: 'A',
          reasons: [],
          source: {
            library: { value: { address: from.addresses.sendLibrary, isPinned: true } },
            executor: { value: { address: from.addresses.executor, isOwn: true } },
            owner: { value: from.admin },
            delegate: { value: from.admin },
            capacity: { status: 'ok', value: undefined },
          },
          destination: {
            verification: { value: { confirmations: 1n, threshold: 0, optional: [] } },
            oldLibrary: { status: 'ok', value: undefined },
          },
        })
        const { verification } = graded.destination
        if (verification.status !== 'ok') throw new TypeError(verification.reason)
        expect(new Set(verification.value.required)).toEqual(new Set(to.addresses.dvns))
      }
    }
  })

  test('behavior: an OFT says what it would do with an amount: dust stays behind', async () => {
    const [amount, dust] = [10n ** 18n, 5n]
    for (const [from, to] of [[arbitrum, base] as const, [base, arbitrum] as const]) {
      const ends = { route, from: from.chainId, to: to.chainId }
      const limits = await getRouteLimits(client, { ...ends, amount: amount + dust })
      expect(limits).toMatchObject({ least: 0n, sent: amount, received: amount, fee: 0n })
      expect(limits.most).toBeGreaterThan(amount)
    }
  })

  test("behavior: B27: LayerZero's defaults are refused, until they are pinned", async () => {
    const none = zeroAddress
    await write(arbitrum, arbitrum.endpoint, endpointAbi, 'setSendLibrary', [oftOn(arbitrum), base.eid, none])
    expect(await doubts()).toEqual(['refused', 'unpinned-library source'])
    await write(base, base.endpoint, endpointAbi, 'setReceiveLibrary', [oftOn(base), arbitrum.eid, none, 0n])
    expect(await doubts()).toEqual(['refused', 'unpinned-library source', 'unpinned-library destination'])
    const { receiveLibrary } = base.addresses
    await write(base, base.endpoint, endpointAbi, 'setReceiveLibrary', [oftOn(base), arbitrum.eid, receiveLibrary, 0n])
    expect(await doubts()).toEqual(['refused', 'unpinned-library source'])
  })

  test('behavior: B27: one verifier alone is refused', async () => {
    const [first] = base.addresses.dvns
    await setUln(base, 'receive', arbitrum, ulnOf([first]))
    expect(await doubts()).toEqual(['refused', 'one-verifier destination', 'needless-verifier source'])
  })

  test('behavior: B27: verifiers that LayerZero may change are refused, where they are what is believed', async () => {
    await setUln(arbitrum, 'send', base, ulnOf([], 0n))
    expect(await doubts()).toEqual(['B', 'default-verifiers source', 'default-confirmations source'])
    await setUln(base, 'receive', arbitrum, ulnOf([], 0n))
    expect((await doubts()).slice(0, 2)).toEqual(['refused', 'default-verifiers destination'])
  })

  test('behavior: B27: no quote over a route that is refused, unless by name', async () => {
    const [owner, stranger] = devnet.accounts.map(({ address }) => address)
    if (owner === undefined || stranger === undefined) throw new TypeError('the devnet has accounts')
    await devnet.setPrice('WETH', '2000')
    await devnet.setPrice('USDC', '1')
    for (const [chain, debt] of [['arbitrum', 5_000n] as const, ['base', 7_500n] as const]) {
      // Somebody has to lend what the owner borrows.
      await devnet.supply({ chain, owner: stranger, symbol: 'USDC', amount: 10n ** 12n })
      const supply = { WETH: (chain === 'arbitrum' ? 10n : 5n) * 10n ** 18n }
      await devnet.openAavePosition({ chain, owner, supply, borrow: { USDC: debt * 10n ** 6n } })
    }
    // As one that has read nothing of the route yet.
    const fresh = clientOf(devnet)
    const view = await fresh.getMarginView({ owner })
    const idOn = ({ chainId }: DevnetChain) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
    const plan = fresh.planMove({
      view,
      asset: 'WETH',
      donor: idOn(arbitrum),
      receiver: idOn(base),
      target: Wad.fromDecimal('1.5'),
      donorFloor: Wad.fromDecimal('1.8'),
      acceptFlags: ['single-source'],
    })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    expect((await fresh.getMoveQuote({ plan, owner })).route).toEqual({ grade: 'A', doubts: [], accepted: [] })
    const [first] = base.addresses.dvns
    await setUln(base, 'receive', arbitrum, ulnOf([first]))
    const wary = clientOf(devnet)
    const error = expect.objectContaining({ name: 'RefusedRouteError', reasons: [expect.anything()] })
    await expect(wary.getMoveQuote({ plan, owner })).rejects.toThrowError(error)
    const quote = await wary.getMoveQuote({ plan, owner, acceptRoute: ['one-verifier'] })
    expect(quote.route).toMatchObject({ grade: 'refused', accepted: ['one-verifier'] })
    await expect(wary.prepareMove({ quote, owner, acceptRoute: [] })).rejects.toThrowError(error)
    expect(await wary.prepareMove({ quote, owner })).toMatchObject({ intent: { owner } })
  })

  test('behavior: a verifier that is not paid, and fewer confirmations than are asked for, would never bring it', async () => {
    const [first] = arbitrum.addresses.dvns
    await setUln(arbitrum, 'send', base, ulnOf([first]))
    expect(await doubts()).toEqual(['refused', 'unpaid-verifier destination'])
    await setUln(arbitrum, 'send', base, ulnOf(arbitrum.addresses.dvns))
    await setUln(base, 'receive', arbitrum, ulnOf(base.addresses.dvns, 20n))
    expect(await doubts()).toEqual(['refused', 'too-few-confirmations source'])
  })

  test("behavior: LayerZero's placeholder for a verifier is found at either end", async () => {
    const [first] = arbitrum.addresses.dvns
    const here = await deployed(arbitrum, layerZero('uln/dvn/DeadDVN'))
    await setUln(arbitrum, 'send', base, ulnOf([first, here]))
    const graded = await grade()
    expect(graded.reasons[0]).toMatchObject({
      kind: 'dead-verifier',
      side: 'source',
      severity: 'stops',
      verifier: here,
    })
    await setUln(arbitrum, 'send', base, ulnOf(arbitrum.addresses.dvns))
    const there = await deployed(base, layerZero('uln/dvn/DeadDVN'))
    await setUln(base, 'receive', arbitrum, ulnOf([...base.addresses.dvns, there]))
    expect((await grade()).reasons).toContainEqual(
      expect.objectContaining({ kind: 'dead-verifier', side: 'destination', severity: 'stops', verifier: there }),
    )
  })

  test('behavior: a counterpart that is another one, or none, stops the move', async () => {
    await write(base, oftOn(base), oftAbi, 'setPeer', [arbitrum.eid, pad(base.admin)])
    expect(await doubts()).toEqual(['refused', 'wrong-peer destination'])
    await write(arbitrum, oftOn(arbitrum), oftAbi, 'setPeer', [base.eid, pad('0x')])
    expect(await doubts()).toEqual(['refused', 'wrong-peer source', 'wrong-peer destination'])
  })

  test('behavior: B28: a path that is closed is refused', async () => {
    for (const [chain, remote] of [[arbitrum, base] as const, [base, arbitrum] as const]) {
      await devnet.revert(clean)
      const blocked = await chain.client.readContract({
        address: chain.endpoint,
        abi: endpointAbi,
        functionName: 'blockedLibrary',
      })
      const isSource = chain === arbitrum
      const args = [oftOn(chain), remote.eid, blocked, ...(isSource ? [] : [0n])]
      await write(chain, chain.endpoint, endpointAbi, isSource ? 'setSendLibrary' : 'setReceiveLibrary', args)
      expect(await doubts()).toEqual(['refused', `blocked-library ${isSource ? 'source' : 'destination'}`])
    }
  })

  test('behavior: a library that was left counts until its time is over', async () => {
    const blocked = await base.client.readContract({
      address: base.endpoint,
      abi: endpointAbi,
      functionName: 'blockedLibrary',
    })
    const set = (library: Address, grace: bigint) =>
      write(base, base.endpoint, endpointAbi, 'setReceiveLibrary', [oftOn(base), arbitrum.eid, library, grace])
    await set(blocked, 0n)
    // From the one that refuses everything back to the real one, which is believed meanwhile: nothing is lost by it.
    await set(base.addresses.receiveLibrary, 20n)
    expect(await doubts()).toEqual(['refused', 'old-library destination'])
    await base.client.mine({ blocks: 25 })
    expect(await doubts()).toEqual(['A'])
  })

  test('behavior: an inspector lowers the grade', async () => {
    await write(arbitrum, oftOn(arbitrum), oftAbi, 'setMsgInspector', [arbitrum.admin])
    expect(await doubts()).toEqual(['B', 'inspector source'])
  })

  test('behavior: an OFT that is no OFT is never good', async () => {
    const ends = route.ends.map((end) => (end.chainId === base.chainId ? { ...end, oft: base.addresses.oracle } : end))
    const { kind: _, ...rest } = route
    const other = await gradeRoute(client, {
      route: { ...rest, kind: 'oft', ends },
      from: arbitrum.chainId,
      to: base.chainId,
    })
    expect(other.grade).toBe('refused')
    expect(other.reasons.map(({ kind, side }) => `${kind} ${side}`)).toContain('wrong-peer source')
  })

  test('behavior: a devnet can be booted with routes that are refused', async () => {
    const bad = await createDevnet({ chains: ['arbitrum', 'base'], routes: 'defaults' })
    try {
      const [one] = bad.routes
      if (one === undefined) throw new TypeError('the devnet has routes')
      const { grade: letter, reasons } = await gradeRoute(clientOf(bad), {
        route: one,
        from: arbitrum.chainId,
        to: base.chainId,
      })
      expect([letter, ...new Set(reasons.map(({ kind }) => kind))]).toEqual([
        'refused',
        'unpinned-library',
        'default-verifiers',
        'default-confirmations',
        'default-executor',
      ])
    } finally {
      await bad.close()
    }
  })
})
