import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { createDevnet, type Devnet } from '@unimargin/devnet'
import { createMarginClient } from '@unimargin/sdk'
import { http, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const abi = parseAbi([
  'function setPriceOracleSentinel(address sentinel)',
  'function borrow(address asset, uint256 amount, uint256 mode, uint16 referral, address onBehalfOf)',
])
const owner = '0x2222222222222222222222222222222222222222'
const HOUR = 3_600

describe.each(['3.0', '3.6'] as const)('sentinel, Aave %s', (aave) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave })
    await devnet.supply({ chain: 'base', owner, symbol: 'WETH', amount: 10n ** 18n })
    // 3.0 counts the grace period from the feed's last update.
    await devnet.increaseTime(2 * HOUR)
    const { client, admin, addresses } = devnet.chain('base')
    const hash = await client.writeContract({
      account: admin,
      address: addresses.addressesProvider,
      abi,
      functionName: 'setPriceOracleSentinel',
      args: [addresses.priceOracleSentinel],
      gas: 200_000n,
    })
    await client.waitForTransactionReceipt({ hash })
  })
  afterAll(() => devnet?.close())

  /** What the adapter allows, and whether the pool does. */
  const borrowing = async () => {
    const { chain, chainId, client, rpcUrl, addresses, tokens } = devnet.chain('base')
    const adapter = aaveV3({ ...devnet.marketOf('base'), lending: aaveV3Lending })
    const margin = createMarginClient({ chains: [chain], transports: { [chainId]: http(rpcUrl) }, adapters: [adapter] })
    const view = await margin.getMarginView({ owner })
    const [position] = view.positions
    const [state] = view.markets
    if (position?.status !== 'read' || state === undefined) throw new TypeError('the pool was not read')
    const asset = tokens.USDC.address
    const { amount, by } = adapter.lending.limits.borrow({ state, position, asset })
    const call = { account: owner, address: addresses.pool, abi, functionName: 'borrow' } as const
    const isTaken = await client.simulateContract({ ...call, args: [asset, 1_000_000n, 2n, 0, owner] }).then(
      () => true,
      () => false,
    )
    return { isAllowed: amount !== 0n, by, isTaken }
  }

  test('behavior: nobody borrows while the sequencer is down, nor in the hour after', async () => {
    expect(await borrowing()).toMatchObject({ isAllowed: true, isTaken: true })
    await devnet.setSequencer('base', 'down')
    const down = await borrowing()
    expect(down).toMatchObject({ isAllowed: false, isTaken: false })
    expect(down.by).not.toEqual([])
    await devnet.setSequencer('base', 'up')
    await devnet.increaseTime(HOUR - 10)
    expect(await borrowing()).toMatchObject({ isAllowed: false, isTaken: false })
    await devnet.increaseTime(20)
    expect(await borrowing()).toMatchObject({ isAllowed: true, isTaken: true })
  })
})
