import {
  type Address,
  createClient,
  encodeFunctionData,
  http,
  maxUint256,
  numberToHex,
  parseAbi,
  zeroAddress,
} from 'viem'
import { readContract } from 'viem/actions'
import type { LocalChain, Transaction } from '../LocalChain.ts'
import type { Random } from '../Random.ts'

/** A reserve that can be played with. The feed keeps its answer in its first storage slot. */
export type LabToken = {
  readonly symbol: string
  readonly address: Address
  readonly decimals: number
  readonly feed: Address
}

/** An Aave V3.0 pool on a local chain. */
export type LabTarget = {
  readonly chainId: number
  readonly rpcUrl: string
  readonly pool: Address
  readonly tokens: readonly [LabToken, ...LabToken[]]
}

/** What an owner might do next, seen from what the last reading said. */
export type OwnerView = {
  readonly owner: Address
  readonly availableBorrowsBase: bigint
  readonly isLiquidatable: boolean
}

/** A pool, its owners, and everything random that can happen to them. */
export type AaveLab = {
  readonly owners: readonly [Address, ...Address[]]
  readonly ownerMove: (random: Random, view: OwnerView, prices: ReadonlyMap<Address, bigint>) => Transaction
  readonly adminMove: (random: Random) => Transaction
  /** Sets what the feed of a token answers, 8 decimals; zero breaks it. */
  readonly setPrice: (token: LabToken, price: bigint) => Promise<void>
}

const poolAbi = parseAbi([
  'function ADDRESSES_PROVIDER() view returns (address)',
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to)',
  'function borrow(address asset, uint256 amount, uint256 mode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 mode, address onBehalfOf)',
  'function swapBorrowRateMode(address asset, uint256 mode)',
  'function setUserUseReserveAsCollateral(address asset, bool use)',
  'function setUserEMode(uint8 category)',
  'function liquidationCall(address collateral, address debt, address user, uint256 amount, bool receiveAToken)',
  'function repayWithATokens(address asset, uint256 amount, uint256 mode)',
  'function setConfiguration(address asset, (uint256 data) configuration)',
])
const dataProviderAbi = parseAbi([
  'function getPoolDataProvider() view returns (address)',
  'function getReserveTokensAddresses(address asset) view returns (address aToken, address stable, address variable)',
])
const adminAbi = parseAbi([
  'function getPoolConfigurator() view returns (address)',
  'function getACLAdmin() view returns (address)',
  'function owner() view returns (address)',
  'function configureReserveAsCollateral(address asset, uint256 ltv, uint256 threshold, uint256 bonus)',
  'function setEModeCategory(uint8 id, uint16 ltv, uint16 threshold, uint16 bonus, address source, string label)',
  'function setAssetEModeCategory(address asset, uint8 id)',
  'function setReserveFreeze(address asset, bool freeze)',
  'function setReservePause(address asset, bool pause)',
  'function setReserveFactor(address asset, uint256 factor)',
  'function mint(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
])

const erc20Abi = parseAbi(['function transfer(address to, uint256 amount)'])

/** Where `DevnetFeed` keeps its answer: after the owner and the round, which share the first slot. */
const ANSWER_SLOT = numberToHex(1, { size: 32 })
const OWNERS = 12
const STABLE = 1n
const VARIABLE = 2n

/** Gives every owner plenty of every token, and the pool the right to take it. */
export async function open(
  chain: LocalChain,
  { rpcUrl, pool, tokens }: LabTarget,
  timestamp: bigint,
): Promise<AaveLab> {
  const client = createClient({ transport: http(rpcUrl) })
  const provider = await readContract(client, { address: pool, abi: poolAbi, functionName: 'ADDRESSES_PROVIDER' })
  const lookUp = (address: Address, functionName: 'getPoolConfigurator' | 'getACLAdmin' | 'owner') =>
    readContract(client, { address, abi: adminAbi, functionName })
  const configurator = await lookUp(provider, 'getPoolConfigurator')
  const dataProvider = await readContract(client, {
    address: provider,
    abi: dataProviderAbi,
    functionName: 'getPoolDataProvider',
  })
  const aTokens = new Map<Address, Address>()
  for (const { address } of tokens) {
    const parameters = { abi: dataProviderAbi, functionName: 'getReserveTokensAddresses', args: [address] } as const
    aTokens.set(address, (await readContract(client, { address: dataProvider, ...parameters }))[0])
  }
  const admin = await lookUp(provider, 'getACLAdmin')
  const [first, ...others] = Array.from({ length: OWNERS }, (_, index) => numberToHex(0xa0 + index, { size: 20 }))
  const owners: readonly [Address, ...Address[]] = [first ?? zeroAddress, ...others]

  const setUp: Transaction[] = []
  const rich = new Set<Address>([admin, configurator, ...owners])
  for (const { address, decimals } of tokens) {
    const minter = await lookUp(address, 'owner')
    rich.add(minter)
    for (const owner of owners) {
      const mint = encodeFunctionData({
        abi: adminAbi,
        functionName: 'mint',
        args: [owner, 10n ** BigInt(decimals + 9)],
      })
      const approve = encodeFunctionData({ abi: adminAbi, functionName: 'approve', args: [pool, maxUint256] })
      setUp.push({ from: minter, to: address, data: mint }, { from: owner, to: address, data: approve })
    }
  }
  for (const address of rich) await chain.request('anvil_setBalance', [address, numberToHex(10n ** 30n)])
  if ((await chain.mine(timestamp, setUp)) !== setUp.length) throw new Error('the owners could not be set up')

  return {
    owners,
    ownerMove: (random, view, prices) => {
      if (random.chance(6)) {
        const { address, decimals } = random.pick(tokens)
        const args = [random.pick(owners), random.magnitude(1n, 10n ** BigInt(decimals + 4))] as const
        const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args })
        return { from: view.owner, to: aTokens.get(address) ?? zeroAddress, data }
      }
      const from = view.isLiquidatable && random.chance(25) ? random.pick(owners) : view.owner
      return { from, to: pool, data: ownerCall(random, view, tokens, prices, owners) }
    },
    adminMove: (random) =>
      random.chance(70)
        ? { from: admin, to: configurator, data: adminCall(random, tokens) }
        : { from: configurator, to: pool, data: anyConfiguration(random, tokens) },
    setPrice: async ({ feed }, price) => {
      await chain.request('anvil_setStorageAt', [feed, ANSWER_SLOT, numberToHex(price, { size: 32 })])
    },
  }
}

function ownerCall(
  random: Random,
  { owner, availableBorrowsBase, isLiquidatable }: OwnerView,
  tokens: LabTarget['tokens'],
  prices: ReadonlyMap<Address, bigint>,
  owners: AaveLab['owners'],
) {
  const token = random.pick(tokens)
  const asset = token.address
  const amount = random.chance(15) ? maxUint256 : random.magnitude(1n, 10n ** BigInt(token.decimals + 4))
  const mode = random.chance(35) ? STABLE : VARIABLE
  if (isLiquidatable && random.chance(40)) {
    const args = [random.pick(tokens).address, asset, owner, amount, random.chance(50)] as const
    return encodeFunctionData({ abi: poolAbi, functionName: 'liquidationCall', args })
  }
  const kind = random.below(100)
  if (kind < 32) {
    const supplied = amount === maxUint256 ? 10n ** BigInt(token.decimals) : amount
    const onBehalfOf = random.chance(15) ? random.pick(owners) : owner
    return encodeFunctionData({ abi: poolAbi, functionName: 'supply', args: [asset, supplied, onBehalfOf, 0] })
  }
  if (kind < 68) {
    const unit = 10n ** BigInt(token.decimals)
    const affordable = (availableBorrowsBase * unit) / (prices.get(asset) || 1n)
    const wanted = random.chance(20) ? amount : (affordable * BigInt(1 + random.below(100))) / 100n
    return encodeFunctionData({ abi: poolAbi, functionName: 'borrow', args: [asset, wanted, mode, 0, owner] })
  }
  if (kind < 76) return encodeFunctionData({ abi: poolAbi, functionName: 'withdraw', args: [asset, amount, owner] })
  if (kind < 79) {
    return encodeFunctionData({ abi: poolAbi, functionName: 'repayWithATokens', args: [asset, amount, mode] })
  }
  if (kind < 83) return encodeFunctionData({ abi: poolAbi, functionName: 'repay', args: [asset, amount, mode, owner] })
  if (kind < 86) return encodeFunctionData({ abi: poolAbi, functionName: 'swapBorrowRateMode', args: [asset, mode] })
  if (kind < 92) {
    const args = [asset, random.chance(60)] as const
    return encodeFunctionData({ abi: poolAbi, functionName: 'setUserUseReserveAsCollateral', args })
  }
  return encodeFunctionData({ abi: poolAbi, functionName: 'setUserEMode', args: [random.pick([0, 1, 1, 2])] })
}

function adminCall(random: Random, tokens: LabTarget['tokens']) {
  const { address: asset } = random.pick(tokens)
  const kind = random.below(100)
  if (kind < 35) {
    const threshold = BigInt(1_000 + random.below(8_000))
    const ltv = random.chance(15) ? 0n : (threshold * BigInt(50 + random.below(51))) / 100n
    const args = [asset, ltv, threshold, 10_000n + BigInt(1 + random.below(900))] as const
    return encodeFunctionData({ abi: adminAbi, functionName: 'configureReserveAsCollateral', args })
  }
  if (kind < 60) {
    const threshold = 8_500 + random.below(1_400)
    const source = random.chance(50) ? zeroAddress : random.pick(tokens).address
    const args = [random.pick([1, 2]), threshold - random.below(500), threshold, 10_050, source, 'random'] as const
    return encodeFunctionData({ abi: adminAbi, functionName: 'setEModeCategory', args })
  }
  if (kind < 85) {
    const args = [asset, random.pick([0, 1, 2])] as const
    return encodeFunctionData({ abi: adminAbi, functionName: 'setAssetEModeCategory', args })
  }
  if (kind < 90) {
    return encodeFunctionData({ abi: adminAbi, functionName: 'setReserveFreeze', args: [asset, random.chance(30)] })
  }
  if (kind < 95) {
    return encodeFunctionData({ abi: adminAbi, functionName: 'setReservePause', args: [asset, random.chance(30)] })
  }
  const args = [asset, BigInt(random.below(5_000))] as const
  return encodeFunctionData({ abi: adminAbi, functionName: 'setReserveFactor', args })
}

/**
 * Whatever the configurator can write into a reserve's configuration, also what it would refuse while somebody supplies:
 * no threshold, isolation, caps, frozen, paused, not active.
 */
function anyConfiguration(random: Random, tokens: LabTarget['tokens']) {
  const { address: asset, decimals } = random.pick(tokens)
  const bit = (position: bigint, percent: number) => (random.chance(percent) ? 1n << position : 0n)
  const cap = () => (random.chance(60) ? 0n : random.magnitude(1n, 10n ** 10n))
  const threshold = random.chance(15) ? 0n : BigInt(1 + random.below(9_900))
  const configuration =
    (random.chance(15) ? 0n : (threshold * BigInt(random.below(101))) / 100n) |
    (threshold << 16n) |
    (BigInt(10_001 + random.below(900)) << 32n) |
    (BigInt(decimals) << 48n) |
    bit(56n, 97) |
    bit(57n, 5) |
    bit(58n, 90) |
    bit(59n, 70) |
    bit(60n, 3) |
    bit(61n, 50) |
    bit(62n, 3) |
    (BigInt(random.below(5_000)) << 64n) |
    (cap() << 80n) |
    (cap() << 116n) |
    (BigInt(random.pick([0, 1, 2])) << 168n) |
    (random.chance(80) ? 0n : random.magnitude(1n, 10n ** 11n) << 212n)
  return encodeFunctionData({ abi: poolAbi, functionName: 'setConfiguration', args: [asset, { data: configuration }] })
}
