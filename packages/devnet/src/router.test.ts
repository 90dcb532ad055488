import { collateralRouterAbi } from '@unimargin/sdk'
import { erc20Abi, type Hex, keccak256, parseAbi, parseEventLogs, stringToHex, zeroHash } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHAIN_NAMES } from './ChainSpec.ts'
import { createDevnet } from './createDevnet.ts'
import type { Devnet, DevnetChain, DevnetSnapshot } from './Devnet.ts'
import { AAVE_VERSIONS } from './deploy/AaveMarket.ts'
import { mined } from './sendOft.fixture.ts'

/** By the router's `Action`. */
const SUPPLY = 0
const AMOUNTS = { WETH: 2n * 10n ** 18n, USDC: 3_000_000_000n }
const DIRECTIONS = CHAIN_NAMES.flatMap((from) =>
  CHAIN_NAMES.filter((to) => to !== from).flatMap((to) => [
    { from, to, symbol: 'WETH' as const },
    { from, to, symbol: 'USDC' as const },
  ]),
)

// Without any of the sdk's own steps: what the contracts do for whoever calls them.
describe.each(AAVE_VERSIONS)('router, Aave %s', (aave) => {
  let devnet: Devnet
  let clean: DevnetSnapshot
  beforeAll(async () => {
    devnet = await createDevnet({ aave })
    for (const chain of CHAIN_NAMES) await devnet.openAavePosition({ chain, owner: owner(), supply: AMOUNTS })
    clean = await devnet.snapshot()
  })
  afterAll(() => devnet.close())
  beforeEach(() => devnet.revert(clean))

  const account = () => {
    const [first] = devnet.accounts
    if (first === undefined) throw new RangeError('no accounts')
    return first.account
  }
  const owner = () => account().address

  const balance = ({ client }: DevnetChain, token: Hex, of: Hex = owner()) =>
    client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [of] })

  const send = async (from: DevnetChain, to: DevnetChain, symbol: 'WETH' | 'USDC'): Promise<Hex> => {
    const { client, addresses, tokens } = from
    const { router, pool } = addresses
    const { aToken, address } = tokens[symbol]
    const approve = await client.writeContract({
      account: account(),
      address: aToken,
      abi: erc20Abi,
      functionName: 'approve',
      args: [router, AMOUNTS[symbol] + 2n],
      gas: 200_000n,
    })
    await mined(from, approve)
    const move = {
      id: keccak256(stringToHex(`${from.name} ${to.name} ${symbol}`)),
      market: pool,
      marketId: zeroHash,
      asset: address,
      amount: AMOUNTS[symbol] / 2n,
      minAmount: AMOUNTS[symbol] / 2n,
      minHealthFactor: 10n ** 18n,
      dstEid: to.eid,
      action: SUPPLY,
      dstMarket: to.addresses.pool,
      dstMarketId: zeroHash,
      recovery: owner(),
      deadline: (await client.getBlock()).timestamp + 600n,
      deliveryGas: 150_000n,
      settleGas: 500_000n,
    }
    const call = { address: router, abi: collateralRouterAbi, args: [move] } as const
    const { nativeFee } = await client.readContract({ ...call, functionName: 'quote' })
    const hash = await client.writeContract({
      ...call,
      account: account(),
      functionName: 'send',
      value: nativeFee,
      gas: 3_000_000n,
    })
    const { logs } = await mined(from, hash)
    const [sent] = parseEventLogs({ abi: collateralRouterAbi, logs, eventName: 'MoveSent' })
    if (sent === undefined) throw new RangeError('nothing was sent')
    return sent.args.guid
  }

  test.each(DIRECTIONS)('default: $symbol from $from is credited on $to', async ({ from, to, symbol }) => {
    const [source, destination] = [devnet.chain(from), devnet.chain(to)]
    const guid = await send(source, destination, symbol)
    await devnet.messages.waitFor(guid, 'composed')
    const arrived = await balance(destination, destination.tokens[symbol].aToken)
    const left = await balance(source, source.tokens[symbol].aToken)
    // Each holding in the pool may be a unit off: balances are kept as shares.
    const isNear = (amount: bigint, wanted: bigint) => amount - wanted >= -2n && amount - wanted < wanted / 10n ** 6n
    expect(isNear(arrived, (AMOUNTS[symbol] * 3n) / 2n)).toBe(true)
    expect(isNear(left, AMOUNTS[symbol] / 2n)).toBe(true)
    for (const { addresses, tokens, ...chain } of [source, destination]) {
      expect(await balance({ addresses, tokens, ...chain }, tokens[symbol].address, addresses.router)).toBe(0n)
    }
  })

  test('behavior: the endpoint that the router trusts is the one of its chain', async () => {
    const abi = parseAbi(['function eid() view returns (uint32)'])
    for (const { client, addresses, endpoint, eid } of devnet.chains) {
      const trusted = await client.readContract({
        address: addresses.router,
        abi: collateralRouterAbi,
        functionName: 'endpoint',
      })
      expect(trusted).toBe(endpoint)
      expect(await client.readContract({ address: trusted, abi, functionName: 'eid' })).toBe(eid)
      for (const remote of devnet.chains) {
        const isRemote = await client.readContract({
          address: addresses.router,
          abi: collateralRouterAbi,
          functionName: 'isRemote',
          args: [remote.eid],
        })
        expect(isRemote).toBe(remote.eid !== eid)
      }
    }
  })
})
