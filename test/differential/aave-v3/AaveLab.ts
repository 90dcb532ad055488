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
import { adminMove } from './adminMove.ts'

/** A reserve that can be played with. The feed keeps its answer in its first storage slot. */
export type LabToken = {
  readonly symbol: string
  readonly address: Address
  readonly decimals: number
  readonly feed: Address
}

/** An Aave V3 pool on a local chain. */
export type LabTarget = {
  readonly version: '3.0' | '3.6'
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
  /** Assets that count as collateral, and that are owed. */
  readonly collateral?: readonly Address[] | undefined
  readonly debt?: readonly Address[] | undefined
}

/** A pool, its owners, and everything random that can happen to them. */
export type AaveLab = {
  readonly owners: readonly [Address, ...Address[]]
  readonly ownerMove: (random: Random, view: OwnerView, prices: ReadonlyMap<Address, bigint>) => Transaction
  readonly adminMove: (random: Random) => Transaction
  /** Sets what the feed of a token answers, 8 decimals; zero breaks it. */
  readonly setPrice: (token: LabToken, price: bigint) => Promise<void>
  /** What makes an `eth_call` see another price of a token. */
  readonly withPrice: (token: LabToken, price: bigint) => Readonly<Record<Address, unknown>>
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
])
/** The first nine words of what 3.0 and 3.6 answer: the ninth is the aToken. */
const reserveAbi = parseAbi([
  'function getReserveData(address) view returns (uint256, uint256, uint256, uint256, uint256, uint256, uint256, uint256, address)',
])
const setUpAbi = parseAbi([
  'function getPoolConfigurator() view returns (address)',
  'function getACLAdmin() view returns (address)',
  'function owner() view returns (address)',
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
  { version, rpcUrl, pool, tokens }: LabTarget,
  timestamp: bigint,
): Promise<AaveLab> {
  const client = createClient({ transport: http(rpcUrl) })
  const provider = await readContract(client, { address: pool, abi: poolAbi, functionName: 'ADDRESSES_PROVIDER' })
  const lookUp = (address: Address, functionName: 'getPoolConfigurator' | 'getACLAdmin' | 'owner') =>
    readContract(client, { address, abi: setUpAbi, functionName })
  const configurator = await lookUp(provider, 'getPoolConfigurator')
  const aTokens = new Map<Address, Address>()
  for (const { address } of tokens) {
    const parameters = { abi: reserveAbi, functionName: 'getReserveData', args: [address] } as const
    aTokens.set(address, (await readContract(client, { address: pool, ...parameters }))[8])
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
        abi: setUpAbi,
        functionName: 'mint',
        args: [owner, 10n ** BigInt(decimals + 9)],
      })
      const approve = encodeFunctionData({ abi: setUpAbi, functionName: 'approve', args: [pool, maxUint256] })
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
      const isLiquidation = view.isLiquidatable && random.chance(50)
      const from = isLiquidation ? random.pick(owners) : view.owner
      const data = isLiquidation
        ? liquidationCall(random, view, tokens)
        : ownerCall(random, view, { version, tokens }, prices, owners)
      return { from, to: pool, data }
    },
    adminMove: (random) => {
      const move = adminMove(random, version, tokens)
      const [from, to] = move.by === 'admin' ? [admin, configurator] : [configurator, pool]
      return { from, to, data: move.data }
    },
    setPrice: async ({ feed }, price) => {
      await chain.request('anvil_setStorageAt', [feed, ANSWER_SLOT, numberToHex(price, { size: 32 })])
    },
    withPrice: ({ feed }, price) => ({ [feed]: { stateDiff: { [ANSWER_SLOT]: numberToHex(price, { size: 32 }) } } }),
  }
}

/** Nearly always of something that the owner has and owes, and often of all of it. */
function liquidationCall(
  random: Random,
  { owner, collateral = [], debt = [] }: OwnerView,
  tokens: LabTarget['tokens'],
) {
  const token = random.pick(tokens)
  const seized = random.chance(10) ? undefined : collateral[random.below(collateral.length)]
  const owed = random.chance(10) ? undefined : debt[random.below(debt.length)]
  const amount = random.chance(60) ? maxUint256 : random.magnitude(1n, 10n ** BigInt(token.decimals + 4))
  const args = [seized ?? token.address, owed ?? token.address, owner, amount, random.chance(50)] as const
  return encodeFunctionData({ abi: poolAbi, functionName: 'liquidationCall', args })
}

function ownerCall(
  random: Random,
  { owner, availableBorrowsBase }: OwnerView,
  { version, tokens }: Pick<LabTarget, 'version' | 'tokens'>,
  prices: ReadonlyMap<Address, bigint>,
  owners: AaveLab['owners'],
) {
  const token = random.pick(tokens)
  const asset = token.address
  const amount = random.chance(15) ? maxUint256 : random.magnitude(1n, 10n ** BigInt(token.decimals + 4))
  const mode = version === '3.0' && random.chance(35) ? STABLE : VARIABLE
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
  return encodeFunctionData({ abi: poolAbi, functionName: 'setUserEMode', args: [random.pick([0, 1, 1, 2, 2])] })
}
