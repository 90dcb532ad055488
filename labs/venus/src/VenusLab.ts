import { type Address, encodeFunctionData, type Hex, maxUint256, numberToHex, parseAbi } from 'viem'
import type { LocalChain, Transaction } from '../../../test/differential/LocalChain.ts'
import type { Random } from '../../../test/differential/Random.ts'
import type { Venus, VenusToken } from './deployVenus.ts'

const abi = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function transfer(address to, uint256 amount)',
  'function faucet(uint256 amount)',
  'function mint(uint256 amount)',
  'function mintBehalf(address minter, uint256 amount)',
  'function redeem(uint256 tokens)',
  'function redeemUnderlying(uint256 amount)',
  'function borrow(uint256 amount)',
  'function repayBorrow(uint256 amount)',
  'function accrueInterest()',
  'function liquidateBorrow(address borrower, uint256 amount, address collateral)',
  'function setReserveFactor(uint256 factor)',
  'function setInterestRateModel(address model)',
  'function updateJumpRateModel(uint256 base, uint256 multiplier, uint256 jump, uint256 kink)',
  'function enterMarkets(address[] tokens)',
  'function exitMarket(address token)',
  'function healAccount(address user)',
  'function setCollateralFactor(address token, uint256 factor, uint256 threshold)',
  'function setMarketSupplyCaps(address[] tokens, uint256[] caps)',
  'function setMarketBorrowCaps(address[] tokens, uint256[] caps)',
  'function setActionsPaused(address[] tokens, uint8[] actions, bool paused)',
  'function setLiquidationIncentive(uint256 incentive)',
  'function unlistMarket(address token)',
  'function updateDelegate(address delegate, bool approved)',
  'function setPrice(address asset, uint256 price)',
])
const WAD = 10n ** 18n
const OWNERS = 8
const ACTIONS = [0, 1, 2, 3, 4, 5, 6, 7, 8]

/** Whoever may act for the first owner. */
export const DELEGATE: Address = '0x00000000000000000000000000000000000000d0'

/** Owners of a pool, and everything random that can happen to them. */
export type VenusLab = {
  readonly owners: readonly [Address, ...Address[]]
  readonly ownerMove: (random: Random) => Transaction
  readonly adminMoves: (random: Random) => readonly Transaction[]
  /** Lets somebody make good what an account can, and turn the rest into bad debt. */
  readonly heal: (random: Random, account: Address) => Transaction
  readonly setPrice: (token: VenusToken, price: bigint) => Transaction
}

/** Gives every owner plenty of every token, and the pool the right to take it. */
export async function open(chain: LocalChain, venus: Venus, timestamp: bigint): Promise<VenusLab> {
  const { admin, comptroller, oracle, models, tokens } = venus
  const owners = Array.from({ length: OWNERS }, (_, index) => numberToHex(0xa0 + index, { size: 20 }))
  const [first = DELEGATE, ...others] = owners
  const setUp: Transaction[] = []
  for (const owner of [...owners, DELEGATE]) {
    await chain.request('anvil_setBalance', [owner, numberToHex(10n ** 30n)])
    for (const { asset, decimals, token } of tokens) {
      const amount = 10n ** BigInt(decimals + 12)
      setUp.push({ from: owner, to: asset, data: encodeFunctionData({ abi, functionName: 'faucet', args: [amount] }) })
      setUp.push({
        from: owner,
        to: asset,
        data: encodeFunctionData({ abi, functionName: 'approve', args: [token, maxUint256] }),
      })
    }
    if (owner === DELEGATE) continue
    const args = [DELEGATE, true] as const
    setUp.push({
      from: owner,
      to: comptroller,
      data: encodeFunctionData({ abi, functionName: 'updateDelegate', args }),
    })
  }
  await chain.request('anvil_setBalance', [admin, numberToHex(10n ** 30n)])
  if ((await chain.mine(timestamp, setUp)) !== setUp.length) throw new TypeError('the owners could not be set up')

  const toComptroller = (from: Address, data: Hex): Transaction => ({ from, to: comptroller, data })
  return {
    owners: [first, ...others],
    setPrice: ({ asset }, price) => ({
      from: admin,
      to: oracle,
      data: encodeFunctionData({ abi, functionName: 'setPrice', args: [asset, price] }),
    }),
    heal: (random, account) => {
      const from = random.pick([first, ...others].filter((one) => one !== account) as [Address, ...Address[]])
      return toComptroller(from, encodeFunctionData({ abi, functionName: 'healAccount', args: [account] }))
    },
    ownerMove: (random) => {
      const from = random.pick([first, ...others])
      const { token, asset, decimals } = random.pick(tokens)
      const amount = random.magnitude(1n, 10n ** BigInt(decimals + random.pick([1, 4, 6])))
      const toToken = (data: Hex): Transaction => ({ from, to: token, data })
      const kind = random.below(100)
      if (kind < 30) return toToken(encodeFunctionData({ abi, functionName: 'mint', args: [amount] }))
      if (kind < 42) {
        return toComptroller(from, encodeFunctionData({ abi, functionName: 'enterMarkets', args: [[token]] }))
      }
      if (kind < 66) return toToken(encodeFunctionData({ abi, functionName: 'borrow', args: [amount] }))
      if (kind < 73) return toToken(encodeFunctionData({ abi, functionName: 'redeemUnderlying', args: [amount] }))
      if (kind < 76) {
        return toToken(encodeFunctionData({ abi, functionName: 'redeem', args: [random.magnitude(1n, 10n ** 14n)] }))
      }
      if (kind < 82) {
        const all = random.chance(40) ? maxUint256 : amount
        return toToken(encodeFunctionData({ abi, functionName: 'repayBorrow', args: [all] }))
      }
      if (kind < 85) return toComptroller(from, encodeFunctionData({ abi, functionName: 'exitMarket', args: [token] }))
      if (kind < 88) {
        const args = [random.pick([first, ...others]), random.magnitude(1n, 10n ** 12n)] as const
        return toToken(encodeFunctionData({ abi, functionName: 'transfer', args }))
      }
      if (kind < 90) {
        return { from, to: asset, data: encodeFunctionData({ abi, functionName: 'transfer', args: [token, amount] }) }
      }
      if (kind < 92) {
        return toToken(
          encodeFunctionData({ abi, functionName: 'mintBehalf', args: [random.pick([first, ...others]), amount] }),
        )
      }
      const borrower = random.pick([first, ...others])
      if (kind < 96) {
        const args = [borrower, amount, random.pick(tokens).token] as const
        return toToken(encodeFunctionData({ abi, functionName: 'liquidateBorrow', args }))
      }
      if (kind < 99) {
        return toComptroller(from, encodeFunctionData({ abi, functionName: 'healAccount', args: [borrower] }))
      }
      return toToken(encodeFunctionData({ abi, functionName: 'accrueInterest' }))
    },
    adminMoves: (random) => {
      const { token, decimals, isTimeBased } = random.pick(tokens)
      const kind = random.below(100)
      const cap = random.pick([0n, maxUint256, maxUint256, random.magnitude(1n, 10n ** BigInt(decimals + 8))])
      const factor = random.pick([0n, WAD / 2n, (7n * WAD) / 10n, random.magnitude(1n, WAD / 2n)])
      const make = (data: Hex) => toComptroller(admin, data)
      if (kind < 30) {
        const args = [token, factor, factor + random.magnitude(1n, WAD / 4n)] as const
        return [make(encodeFunctionData({ abi, functionName: 'setCollateralFactor', args }))]
      }
      if (kind < 45)
        return [make(encodeFunctionData({ abi, functionName: 'setMarketSupplyCaps', args: [[token], [cap]] }))]
      if (kind < 60)
        return [make(encodeFunctionData({ abi, functionName: 'setMarketBorrowCaps', args: [[token], [cap]] }))]
      if (kind < 78) {
        const args = [[token], [random.below(9)], random.chance(40)] as const
        return [make(encodeFunctionData({ abi, functionName: 'setActionsPaused', args }))]
      }
      const kindOf = isTimeBased ? 'time' : 'block'
      if (kind < 84) {
        const data = encodeFunctionData({
          abi,
          functionName: 'setReserveFactor',
          args: [random.pick([0n, WAD / 5n, WAD])],
        })
        return [{ from: admin, to: token, data }]
      }
      if (kind < 90) {
        const args = [random.pick(models[kindOf])] as const
        return [
          { from: admin, to: token, data: encodeFunctionData({ abi, functionName: 'setInterestRateModel', args }) },
        ]
      }
      if (kind < 95) {
        const args = [random.magnitude(1n, WAD / 10n), WAD / 4n, random.magnitude(WAD, 9n * WAD), factor] as const
        const data = encodeFunctionData({ abi, functionName: 'updateJumpRateModel', args })
        return [{ from: admin, to: models[kindOf][0], data }]
      }
      if (kind < 97) {
        const data = encodeFunctionData({ abi, functionName: 'setLiquidationIncentive', args: [WAD + WAD / 20n] })
        return [make(data)]
      }
      // What is left of a market that was shut down.
      return [
        encodeFunctionData({ abi, functionName: 'setActionsPaused', args: [[token], ACTIONS, true] }),
        encodeFunctionData({ abi, functionName: 'setMarketSupplyCaps', args: [[token], [0n]] }),
        encodeFunctionData({ abi, functionName: 'setMarketBorrowCaps', args: [[token], [0n]] }),
        encodeFunctionData({ abi, functionName: 'setCollateralFactor', args: [token, 0n, WAD / 2n] }),
        encodeFunctionData({ abi, functionName: 'unlistMarket', args: [token] }),
      ].map(make)
    },
  }
}
