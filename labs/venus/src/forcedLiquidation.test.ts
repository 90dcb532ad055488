import { compoundV2 } from '@unimargin/adapters/compound-v2'
import { getSnapshot, type PositionFacts, PositionHealth, type Read, Wad } from '@unimargin/sdk'
import { createClient, encodeFunctionData, http, parseAbi } from 'viem'
import { expect, test } from 'vitest'
import { startAnvil } from '../../../packages/devnet/src/anvil/startAnvil.ts'
import * as Rpc from '../../../packages/devnet/src/chain/Rpc.ts'
import * as LocalChain from '../../../test/differential/LocalChain.ts'
import { succeeds } from '../../../test/differential/succeeds.ts'
import { deployVenus } from './deployVenus.ts'
import { installMulticall3 } from './installMulticall3.ts'
import * as VenusLab from './VenusLab.ts'

const abi = parseAbi([
  'function mint(uint256 amount)',
  'function borrow(uint256 amount)',
  'function enterMarkets(address[] tokens)',
  'function setForcedLiquidation(address token, bool enable)',
  'function liquidateBorrow(address borrower, uint256 amount, address collateral)',
])
const chainId = 31_337
const START = 2_500_000_000n

test('behavior: a healthy position that anybody may liquidate is flagged', async () => {
  const anvil = await startAnvil({ chainId, codeSizeLimit: 65_536 })
  try {
    await installMulticall3((method, params) => Rpc.request(anvil.rpcUrl, method, params))
    const venus = await deployVenus((method, params) => Rpc.request(anvil.rpcUrl, method, params))
    const { admin, comptroller, tokens } = venus
    const chain = await LocalChain.takeOver(anvil.rpcUrl)
    const { owners } = await VenusLab.open(chain, venus, START)
    const [owner, other = owner] = owners
    const [usdc, , weth = usdc] = tokens
    const mined = await chain.mine(START + 100n, [
      { from: other, to: usdc.token, data: encodeFunctionData({ abi, functionName: 'mint', args: [10n ** 12n] }) },
      { from: owner, to: weth.token, data: encodeFunctionData({ abi, functionName: 'mint', args: [10n ** 20n] }) },
      {
        from: owner,
        to: comptroller,
        data: encodeFunctionData({ abi, functionName: 'enterMarkets', args: [[weth.token]] }),
      },
      {
        from: owner,
        to: usdc.token,
        data: encodeFunctionData({ abi, functionName: 'borrow', args: [5n * 10n ** 10n] }),
      },
    ])
    expect(mined).toBe(4)

    const client = createClient({ transport: http(anvil.rpcUrl), ccipRead: false })
    const adapter = compoundV2({ chainId, comptroller, flavour: 'venus-isolated' })
    const read = async <value>(one: Read.Read<value>): Promise<value> => {
      const snapshot = await getSnapshot(client, { chainId, reads: [one], timeout: 60_000 })
      const result = snapshot.status === 'read' ? snapshot.results[0] : snapshot
      if (result.status !== 'ok') throw new TypeError(result.reason)
      return result.value
    }
    const position = async (): Promise<PositionFacts> => {
      const { positions } = await read(adapter.state(await read(adapter.metadata.read), [owner]))
      const [first] = positions
      if (first?.status !== 'ok') throw new TypeError('no position')
      const { health } = PositionHealth.assess(first.value, Object.values(adapter.rules)[0] ?? fail())
      expect(health.status === 'known' && health.factor > 4n * Wad.WAD).toBe(true)
      return first.value
    }
    const args = [owner, 10n ** 9n, weth.token] as const
    const liquidation = {
      from: other,
      to: usdc.token,
      data: encodeFunctionData({ abi, functionName: 'liquidateBorrow', args }),
    }
    expect((await position()).flags).toEqual([])
    expect(await succeeds(chain.request, liquidation)).toBe(false)

    const force = encodeFunctionData({ abi, functionName: 'setForcedLiquidation', args: [usdc.token, true] })
    expect(await chain.mine(START + 200n, [{ from: admin, to: comptroller, data: force }])).toBe(1)
    expect((await position()).flags?.map(({ kind, asset }) => [kind, asset])).toEqual([
      ['liquidation-forced', usdc.asset],
    ])
    expect(await succeeds(chain.request, liquidation)).toBe(true)
  } finally {
    await anvil.stop()
  }
})

function fail(): never {
  throw new TypeError('no rule')
}
