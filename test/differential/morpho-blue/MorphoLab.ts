import { readFileSync } from 'node:fs'
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  keccak256,
  maxUint256,
  numberToHex,
  parseAbi,
  slice,
  zeroAddress,
} from 'viem'
import type { LocalChain, Transaction } from '../LocalChain.ts'
import type { Random } from '../Random.ts'

/** A chain with Morpho Blue and Multicall3 on it. */
export type LabTarget = {
  readonly chainId: number
  readonly rpcUrl: string
  readonly morpho: Address
  /** `IrmMock` of Morpho's own tests. */
  readonly linearIrm: Address
}

export type MarketParams = {
  readonly loanToken: Address
  readonly collateralToken: Address
  readonly oracle: Address
  readonly irm: Address
  readonly lltv: bigint
}

export type LabMarket = {
  readonly id: Hex
  readonly params: MarketParams
  readonly loanDecimals: number
  readonly collateralDecimals: number
}

/** Markets, people who may do anything with everything, and what can happen to the markets besides. */
export type MorphoLab = {
  readonly owners: readonly [Address, ...Address[]]
  readonly liquidator: Address
  readonly markets: readonly LabMarket[]
  /** Our own on-chain twin of the Adaptive Curve. */
  readonly adaptiveCurveIrm: Address
  readonly setPrice: (market: LabMarket, price: bigint | 'reverts') => Promise<void>
  readonly setFee: (market: LabMarket, fee: bigint) => Transaction
  /** Of all markets; what is not booked yet becomes theirs. One of the owners from the beginning. */
  readonly setFeeRecipient: (recipient: Address) => Transaction
  /** Leaves Morpho some percent of what it holds of a token, as a token may do that rebases; gives the way back. */
  readonly drain: (token: Address, percent: number) => Promise<() => Promise<unknown>>
  /** Liquidations since the last snapshot that left a debt which the lenders lost. */
  readonly countBadDebts: () => Promise<number>
}

export const morphoAbi = parseAbi([
  'struct MarketParams { address loanToken; address collateralToken; address oracle; address irm; uint256 lltv; }',
  'struct MarketState { uint128 a; uint128 b; uint128 c; uint128 d; uint128 e; uint128 f; }',
  'function owner() view returns (address)',
  'function enableIrm(address irm)',
  'function enableLltv(uint256 lltv)',
  'function isIrmEnabled(address irm) view returns (bool)',
  'function createMarket(MarketParams params)',
  'function setFee(MarketParams params, uint256 fee)',
  'function setFeeRecipient(address newFeeRecipient)',
  'function setAuthorization(address authorized, bool isAuthorized)',
  'function accrueInterest(MarketParams params)',
  'function market(bytes32 id) view returns (uint128, uint128, uint128, uint128, uint128, uint128)',
  'function position(bytes32 id, address user) view returns (uint256, uint128, uint128)',
  'function liquidate(MarketParams params, address borrower, uint256 seized, uint256 repaidShares, bytes data)',
  'function rateAtTarget(bytes32 id) view returns (int256)',
  'function borrowRateView(MarketParams params, MarketState market) view returns (uint256)',
  'function balanceOf(address account) view returns (uint256)',
])
const eventsAbi = parseAbi([
  'event Liquidate(bytes32 indexed id, address indexed caller, address indexed borrower, uint256 repaidAssets, uint256 repaidShares, uint256 seizedAssets, uint256 badDebtAssets, uint256 badDebtShares)',
])
const tokenAbi = parseAbi(['function approve(address spender, uint256 amount)'])

export const MULTICALL3: Address = '0xcA11bde05977b3631167028862bE2a173976CA11'
const OWNERS = 6
const LLTVS = [385n, 625n, 770n, 860n, 915n, 945n, 965n, 980n].map((permille) => permille * 10n ** 15n)
const DECIMALS = [6, 8, 18]
/** Answers what lies in its first storage slot, and refuses. */
const ANSWERS: Hex = '0x60005460005260206000f3'
const REVERTS: Hex = '0x60006000fd'

/** Opens markets of every pair of decimals, each with a price of its own, and lets everybody pay in them. */
export async function open(chain: LocalChain, { morpho, linearIrm }: LabTarget, timestamp: bigint): Promise<MorphoLab> {
  const setCode = (address: Address, code: unknown) => chain.request('anvil_setCode', [address, code])
  const setSlot = (address: Address, slot: Hex, value: bigint) =>
    chain.request('anvil_setStorageAt', [address, slot, numberToHex(value, { size: 32 })])
  /** Runs creation code, and puts what it gives where it is wanted: without the storage that it wrote. */
  const install = async (address: Address, name: string, args: Hex) => {
    const runtime = await chain.request('eth_call', [{ data: concatHex([creationOf(name), args]) }, 'latest'])
    await setCode(address, runtime)
  }
  const balanceSlot = (holder: Address) =>
    keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [holder, 0n]))
  const address = (kind: number, index: number) => numberToHex((kind << 16) + index + 1, { size: 20 })
  const owners: readonly [Address, ...Address[]] = [
    address(0xa0, 0),
    ...Array.from({ length: OWNERS - 1 }, (_, index) => address(0xa0, index + 1)),
  ]
  const liquidator = address(0xa1, 0)
  const people = [...owners, liquidator, MULTICALL3]

  const adaptiveCurveIrm = address(0xb0, 0)
  await install(adaptiveCurveIrm, 'DevnetAdaptiveCurveIrm', encodeAbiParameters([{ type: 'address' }], [morpho]))
  const tokens: { readonly address: Address; readonly decimals: number }[] = []
  const setUp: Transaction[] = []
  for (const [index, decimals] of [...DECIMALS, ...DECIMALS].entries()) {
    const token = address(0xc0, index)
    tokens.push({ address: token, decimals })
    const types = [{ type: 'string' }, { type: 'string' }, { type: 'uint8' }, { type: 'address' }] as const
    await install(token, 'DevnetToken', encodeAbiParameters(types, ['', '', decimals, morpho]))
    for (const person of people) {
      await setSlot(token, balanceSlot(person), 2n ** 127n)
      const data = encodeFunctionData({ abi: tokenAbi, functionName: 'approve', args: [morpho, maxUint256] })
      setUp.push({ from: person, to: token, data })
    }
  }
  const call = (functionName: 'enableIrm' | 'enableLltv', argument: Address | bigint): Hex =>
    functionName === 'enableIrm'
      ? encodeFunctionData({ abi: morphoAbi, functionName, args: [argument as Address] })
      : encodeFunctionData({ abi: morphoAbi, functionName, args: [argument as bigint] })
  const admin = await addressAt(chain, morpho, 'owner')
  const setFeeRecipient = (recipient: Address): Transaction => ({
    from: admin,
    to: morpho,
    data: encodeFunctionData({ abi: morphoAbi, functionName: 'setFeeRecipient', args: [recipient] }),
  })
  const enable: Transaction[] = [
    setFeeRecipient(owners[0]),
    ...[adaptiveCurveIrm, zeroAddress].map((irm) => ({ from: admin, to: morpho, data: call('enableIrm', irm) })),
    ...LLTVS.map((lltv) => ({ from: admin, to: morpho, data: call('enableLltv', lltv) })),
  ]
  const irms = [adaptiveCurveIrm, adaptiveCurveIrm, linearIrm, zeroAddress]
  const markets: LabMarket[] = []
  for (const [i, loan] of tokens.slice(0, 3).entries()) {
    for (const [j, collateral] of tokens.slice(3).entries()) {
      for (const [k, irm] of irms.entries()) {
        const index = markets.length
        const oracle = address(0xd0, index)
        await setCode(oracle, ANSWERS)
        const lltv = LLTVS[(i * 3 + j + k * 5) % LLTVS.length] ?? 0n
        const params = { loanToken: loan.address, collateralToken: collateral.address, oracle, irm, lltv }
        markets.push({
          id: idOf(params),
          params,
          loanDecimals: loan.decimals,
          collateralDecimals: collateral.decimals,
        })
        enable.push({
          from: admin,
          to: morpho,
          data: encodeFunctionData({ abi: morphoAbi, functionName: 'createMarket', args: [params] }),
        })
      }
    }
  }
  const authorize = encodeFunctionData({ abi: morphoAbi, functionName: 'setAuthorization', args: [MULTICALL3, true] })
  for (const from of owners) setUp.push({ from, to: morpho, data: authorize })
  for (const rich of [admin, ...people]) await chain.request('anvil_setBalance', [rich, numberToHex(10n ** 30n)])
  // Some thresholds are enabled already; a market that is missing would show at once.
  await chain.mine(timestamp, enable)
  if ((await chain.mine(timestamp + 1n, setUp)) !== setUp.length) throw new Error('the owners could not be set up')

  return {
    owners,
    liquidator,
    markets,
    adaptiveCurveIrm,
    setPrice: async ({ params: { oracle } }, price) => {
      await setCode(oracle, price === 'reverts' ? REVERTS : ANSWERS)
      if (price !== 'reverts') await setSlot(oracle, numberToHex(0, { size: 32 }), price)
    },
    setFee: ({ params }, fee) => ({
      from: admin,
      to: morpho,
      data: encodeFunctionData({ abi: morphoAbi, functionName: 'setFee', args: [params, fee] }),
    }),
    setFeeRecipient,
    drain: async (token, percent) => {
      const slot = balanceSlot(morpho)
      const before = BigInt(String(await chain.request('eth_getStorageAt', [token, slot, 'latest'])))
      await setSlot(token, slot, (before * BigInt(percent)) / 100n)
      return () => setSlot(token, slot, before)
    },
    countBadDebts: async () => {
      const filter = { address: morpho, topics: encodeEventTopics({ abi: eventsAbi }), fromBlock: '0x0' }
      const logs = (await chain.request('eth_getLogs', [filter])) as readonly { readonly data: Hex }[]
      // Repaid assets and shares, seized assets, bad assets and shares.
      return logs.filter(({ data }) => BigInt(slice(data, 32 * 4)) > 0n).length
    },
  }
}

/** In the oracle's unit: from a millionth of a loan token to a million, on average the usual. */
export function randomPrice(random: Random, market: LabMarket): bigint {
  const scale = 10n ** BigInt(36 + market.loanDecimals - market.collateralDecimals)
  return random.magnitude(scale / 10n ** 6n, scale * 10n ** 6n)
}

function idOf({ loanToken, collateralToken, oracle, irm, lltv }: MarketParams): Hex {
  const types = [
    { type: 'address' },
    { type: 'address' },
    { type: 'address' },
    { type: 'address' },
    { type: 'uint256' },
  ] as const
  return keccak256(encodeAbiParameters(types, [loanToken, collateralToken, oracle, irm, lltv]))
}

async function addressAt(chain: LocalChain, to: Address, functionName: 'owner'): Promise<Address> {
  const data = encodeFunctionData({ abi: morphoAbi, functionName })
  const answer = String(await chain.request('eth_call', [{ to, data }, 'latest']))
  return `0x${answer.slice(-40)}`
}

/** Of a contract of this repository, which the devnet has compiled. */
function creationOf(name: string): Hex {
  const file = new URL(`../../../contracts/artifacts/${name}.sol/${name}.json`, import.meta.url)
  const artifact = JSON.parse(readFileSync(file, 'utf8')) as { readonly bytecode: { readonly object: Hex } }
  return artifact.bytecode.object
}
