import { erc20Abi, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHAIN_NAMES } from './ChainSpec.ts'
import { createDevnet } from './createDevnet.ts'
import type { Devnet } from './Devnet.ts'
import { mined } from './sendOft.fixture.ts'

const abi = parseAbi(['function deposit() payable', 'function withdraw(uint256 amount)'])
const AMOUNT = 3n * 10n ** 18n

describe('WETH of the devnet', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet()
  })
  afterAll(() => devnet.close())

  test.each(CHAIN_NAMES)(
    'default: on %s it is wrapped, unwrapped, and minted ones can be unwrapped too',
    async (name) => {
      const chain = devnet.chain(name)
      const { client, tokens } = chain
      const [owner] = devnet.accounts
      if (owner === undefined) throw new RangeError('no accounts')
      const { address } = tokens.WETH
      const wrapped = () =>
        client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [owner.address] })
      const weth = { account: owner.account, address, abi, gas: 200_000n } as const
      await mined(chain, await client.writeContract({ ...weth, functionName: 'deposit', value: AMOUNT }))
      expect(await wrapped()).toBe(AMOUNT)
      await devnet.mint('WETH', owner.address, AMOUNT, name)
      const before = await client.getBalance({ address: owner.address })
      await mined(chain, await client.writeContract({ ...weth, functionName: 'withdraw', args: [2n * AMOUNT] }))
      expect(await wrapped()).toBe(0n)
      const gained = (await client.getBalance({ address: owner.address })) - before
      expect(gained).toBeGreaterThan((2n * AMOUNT * 99n) / 100n)
    },
  )
})
