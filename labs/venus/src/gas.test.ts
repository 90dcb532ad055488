import { compoundV2 } from '@unimargin/adapters/compound-v2'
import { createMarginClient, MULTICALL3 } from '@unimargin/sdk'
import {
  type Address,
  custom,
  defineChain,
  encodeFunctionData,
  type Hex,
  maxUint256,
  numberToHex,
  parseAbi,
} from 'viem'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Anvil, startAnvil } from '../../../packages/devnet/src/anvil/startAnvil.ts'
import * as Rpc from '../../../packages/devnet/src/chain/Rpc.ts'
import * as LocalChain from '../../../test/differential/LocalChain.ts'
import { deployVenus, type Venus } from './deployVenus.ts'
import { installMulticall3 } from './installMulticall3.ts'

const CHAIN_ID = 31_337
const START = 2_500_000_000n
const DAY = 86_400n
/** What the sdk counts on when it puts a thousand calls into one request. */
const MEAN_GAS = 30_000
const owners = Array.from({ length: 40 }, (_, index) => numberToHex(0xa0 + index, { size: 20 }))
const abi = parseAbi([
  'function faucet(uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function mint(uint256 amount)',
  'function borrow(uint256 amount)',
  'function enterMarkets(address[] tokens)',
])

type Trace = { readonly gasUsed: Hex; readonly calls: readonly { readonly to: Address; readonly gasUsed: Hex }[] }

describe('the gas of reading a real Venus', () => {
  let anvil: Anvil
  let venus: Venus
  const requests: { readonly to: Hex; readonly data: Hex }[] = []
  const request = (method: string, params: readonly unknown[]) => Rpc.request(anvil.rpcUrl, method, params)

  beforeAll(async () => {
    anvil = await startAnvil({ chainId: CHAIN_ID, codeSizeLimit: 65_536 })
    await installMulticall3(request)
    venus = await deployVenus(request)
    const chain = await LocalChain.takeOver(anvil.rpcUrl)
    // Everybody holds and owes everything, and interest has run for a day: nothing is cheap because it is zero.
    for (const [index, owner] of owners.entries()) {
      await chain.request('anvil_setBalance', [owner, numberToHex(10n ** 24n)])
      const to = (address: Address, data: Hex) => ({ from: owner, to: address, data })
      const { tokens, comptroller } = venus
      const enter = encodeFunctionData({ abi, functionName: 'enterMarkets', args: [tokens.map(({ token }) => token)] })
      const supplies = tokens.flatMap(({ asset, token, decimals }) => [
        to(asset, encodeFunctionData({ abi, functionName: 'faucet', args: [10n ** BigInt(decimals + 4)] })),
        to(asset, encodeFunctionData({ abi, functionName: 'approve', args: [token, maxUint256] })),
        to(token, encodeFunctionData({ abi, functionName: 'mint', args: [10n ** BigInt(decimals + 3)] })),
      ])
      const borrows = tokens.map(({ token, decimals }) =>
        to(token, encodeFunctionData({ abi, functionName: 'borrow', args: [10n ** BigInt(decimals)] })),
      )
      const all = [...supplies, to(comptroller, enter), ...borrows]
      expect(await chain.mine(START + BigInt(index) * 60n, all)).toBe(all.length)
    }
    await chain.mine(START + DAY)
  }, 300_000)
  afterAll(() => anvil?.stop())

  /** A refresh in steady state: what it brought, and what was sent for it. */
  async function refresh(count: number, maxCalls?: number) {
    const chain = defineChain({
      id: CHAIN_ID,
      name: 'Venus',
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [anvil.rpcUrl] } },
    })
    const counted = custom(
      {
        request: ({ method, params }) => {
          requests.push(params[0])
          return request(method, params)
        },
      },
      { retryCount: 0 },
    )
    const client = createMarginClient({
      chains: [chain],
      transports: { [CHAIN_ID]: counted },
      adapters: [compoundV2({ chainId: CHAIN_ID, comptroller: venus.comptroller, flavour: 'venus-isolated' })],
      maxCalls,
    })
    const asked = owners.slice(0, count)
    await client.getMarginView({ owners: asked })
    const before = requests.length
    const view = await client.getMarginView({ owners: asked })
    client.close()
    expect(view.issues).toEqual([])
    expect(view.positions.map(({ health }) => health.status)).toEqual(asked.map(() => 'known'))
    return { view, sent: requests.slice(before) }
  }

  async function measured(count: number) {
    const { sent } = await refresh(count)
    return Promise.all(
      sent.map(async (call) => {
        expect(call.to.toLowerCase()).toBe(MULTICALL3.toLowerCase())
        const tracer = [{ ...call, gas: numberToHex(1_000_000_000) }, 'latest', { tracer: 'callTracer' }]
        const trace = (await request('debug_traceCall', tracer)) as Trace
        const needed = Number(await request('eth_estimateGas', [call]))
        const dearest = Math.max(...trace.calls.map(({ gasUsed }) => Number(gasUsed)))
        const calls = trace.calls.length
        return {
          owners: count,
          calls,
          bytes: (call.data.length - 2) / 2,
          gas: needed,
          perCall: Math.round(needed / calls),
          dearest,
        }
      }),
    )
  }

  test('behavior: the mean call is far below what a request of a thousand calls counts on', async () => {
    const rows = [await measured(1), await measured(10), await measured(owners.length)]
    console.table(rows.flat())
    expect(rows[0]).toHaveLength(1)
    expect(rows[1]).toHaveLength(1)
    // 40 owners hold 440 further calls: still one request, as they fit.
    for (const { perCall, gas } of rows.flat()) {
      expect(perCall).toBeLessThan(MEAN_GAS / 2)
      expect(gas).toBeLessThan(30_000_000)
    }
  })

  test('behavior: however it is split, it is the same view: no request sees what another has accrued', async () => {
    // One clock for both: an issue says since when it is there.
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const whole = await refresh(3)
    const split = await refresh(3, 20)
    expect(whole.sent).toHaveLength(1)
    expect(split.sent.length).toBeGreaterThan(5)
    expect(split.view.positions).toEqual(whole.view.positions)
    expect(split.view.markets).toEqual(whole.view.markets)
  })
})
