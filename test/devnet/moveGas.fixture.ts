import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DevnetChain } from '@unimargin/devnet'
import { collateralRouterAbi } from '@unimargin/sdk'
import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  pad,
  parseAbi,
  parseEventLogs,
  type TransactionReceipt,
  toFunctionSelector,
} from 'viem'
import {
  allow,
  type Call,
  composeCall,
  feeOf,
  type Move,
  moveOf,
  poolAbi,
  sendAs,
  sendCall,
} from './routerCalls.fixture.ts'
import type { TwoChains } from './twoChains.fixture.ts'

// What a move costs on either side, and what nobody could avoid: real contracts, and receipts of whole transactions.

const ETH = 10n ** 18n
/** What a transaction costs that does nothing: two in one batch pay it once. */
const TRANSACTION = 21_000n
const OFT_SEND =
  'function send((uint32 dstEid, bytes32 to, uint256 amountLD, uint256 minAmountLD, bytes extraOptions, bytes composeMsg, bytes oftCmd) param, (uint256 nativeFee, uint256 lzTokenFee) fee, address refundAddress) payable'
const morphoAbi = parseAbi([
  'struct MarketParams { address loanToken; address collateralToken; address oracle; address irm; uint256 lltv; }',
  'function idToMarketParams(bytes32 id) view returns (MarketParams)',
  'function setAuthorization(address authorized, bool isAuthorized)',
  'function supplyCollateral(MarketParams params, uint256 assets, address onBehalf, bytes data)',
  'function withdrawCollateral(MarketParams params, uint256 assets, address onBehalf, address receiver)',
])

export type MarketKind = 'Aave V3' | 'Morpho Blue'
export type GasOfSide = { readonly alone: bigint; readonly move: bigint }
export type GasOfMove = { readonly source: GasOfSide; readonly destination: GasOfSide }

/** The figures of a protocol in `contracts/README.md`, as they were measured with real contracts. */
export function committedGas(kind: MarketKind): GasOfMove {
  const readme = readFileSync(join(import.meta.dirname, '../../contracts/README.md'), 'utf8')
  const side = (name: string): GasOfSide => {
    const [, alone, move] = readme.match(new RegExp(`^\\| ${kind}, ${name} \\| ([\\d,]+) \\| ([\\d,]+) \\|`, 'm')) ?? []
    if (alone === undefined || move === undefined) throw new RangeError(`${kind}, ${name} is not in the table`)
    const units = (text: string) => BigInt(text.replaceAll(',', ''))
    return { alone: units(alone), move: units(move) }
  }
  return { source: side('source'), destination: side('destination') }
}

/** Measures the owner's second move of one WETH, who has a position and a debt in the market on both chains. */
export async function gasOfMove({ devnet, arbitrum, base, owner }: TwoChains, kind: MarketKind): Promise<GasOfMove> {
  const [from, to] = [marketOn(arbitrum, kind), marketOn(base, kind)]
  const plain = await moveOf(arbitrum, base, ETH)
  const markets = { market: from.address, marketId: from.id, dstMarket: to.address, dstMarketId: to.id }
  const move = (id: Hex): Move => ({ ...plain, ...markets, id: pad(id) })
  await from.authorise(owner.address)
  await devnet.messages.hold({ before: 'compose' })
  const make = async (id: Hex) => {
    const sent = await used(arbitrum, owner.address, sendCall(arbitrum, move(id), await feeOf(arbitrum, move(id))))
    const [event] = parseEventLogs({ abi: collateralRouterAbi, logs: sent.logs, eventName: 'MoveSent' })
    const { composes } = await devnet.messages.waitFor(event?.args.guid ?? '0x', 'delivered')
    const [queued] = composes
    if (event === undefined || queued === undefined) throw new RangeError('nothing was sent')
    const compose = composeCall(base, { guid: event.args.guid, from: queued.from, message: queued.message })
    const composed = await used(base, owner.address, compose)
    const credited = parseEventLogs({ abi: collateralRouterAbi, logs: composed.logs, eventName: 'MoveCredited' })
    if (credited.length !== 1) throw new RangeError('the move was not credited')
    return { sent, composed }
  }
  await make('0x01')
  // Of a few seconds there may be interest to write down or not: of a day there is.
  await devnet.increaseTime(86_400)
  const value = await feeOf(arbitrum, move('0x02'))
  const before = await devnet.snapshot()
  const { sent, composed } = await make('0x02')
  const bridge = await oftCallIn(arbitrum, sent.transactionHash)
  await devnet.revert(before)

  const withdrawn = await used(arbitrum, owner.address, await from.withdraw(owner.address))
  const approved =
    bridge.to.toLowerCase() === arbitrum.tokens.WETH.address.toLowerCase()
      ? 0n
      : (await used(arbitrum, owner.address, approval(arbitrum, bridge.to))).gasUsed - TRANSACTION
  const bridged = await used(arbitrum, owner.address, { ...bridge, value })
  await devnet.mint('WETH', owner.address, ETH, 'base')
  const allowed = await used(base, owner.address, approval(base, to.address))
  const supplied = await used(base, owner.address, await to.supply(owner.address))
  await devnet.revert(before)
  return {
    source: { alone: withdrawn.gasUsed + approved + bridged.gasUsed - TRANSACTION, move: sent.gasUsed },
    destination: { alone: allowed.gasUsed + supplied.gasUsed - TRANSACTION, move: composed.gasUsed },
  }
}

async function used(chain: DevnetChain, from: Address, call: Call): Promise<TransactionReceipt> {
  const receipt = await sendAs(chain, from, call)
  if (receipt.status !== 'success') throw new RangeError(`${call.to} refused ${call.data.slice(0, 10)}`)
  return receipt
}

const approval = ({ tokens }: DevnetChain, spender: Address): Call => ({
  to: tokens.WETH.address,
  data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, ETH] }),
})

/** The very call that the router made, for its owner to make. */
async function oftCallIn({ client, addresses }: DevnetChain, hash: Hex): Promise<Call> {
  type Frame = { readonly from: Address; readonly to: Address; readonly input: Hex; readonly calls?: readonly Frame[] }
  const trace: Frame = await client.request({
    method: 'debug_traceTransaction',
    params: [hash, { tracer: 'callTracer' }],
  } as never)
  const call = trace.calls?.find(({ input }) => input.startsWith(toFunctionSelector(OFT_SEND)))
  if (call?.from.toLowerCase() !== addresses.router.toLowerCase()) throw new RangeError('the router called no OFT')
  return { to: call.to, data: call.input }
}

type Market = {
  readonly address: Address
  readonly id: Hex
  readonly authorise: (owner: Address) => Promise<unknown>
  readonly withdraw: (owner: Address) => Promise<Call>
  readonly supply: (owner: Address) => Promise<Call>
}

const marketOn = (chain: DevnetChain, kind: MarketKind) => (kind === 'Aave V3' ? aaveOn(chain) : morphoOn(chain))

function aaveOn(chain: DevnetChain): Market {
  const { pool } = chain.addresses
  const { address } = chain.tokens.WETH
  return {
    address: pool,
    id: pad('0x'),
    authorise: (owner) => allow(chain, owner, 10n * ETH),
    withdraw: async (owner) => ({
      to: pool,
      data: encodeFunctionData({ abi: poolAbi, functionName: 'withdraw', args: [address, ETH, owner] }),
    }),
    supply: async (owner) => ({
      to: pool,
      data: encodeFunctionData({ abi: poolAbi, functionName: 'supply', args: [address, ETH, owner, 0] }),
    }),
  }
}

function morphoOn(chain: DevnetChain): Market {
  const { morpho: to, router } = chain.addresses
  const { id } = chain.morphoMarkets['WETH/USDC']
  const abi = morphoAbi
  const params = () => chain.client.readContract({ address: to, abi, functionName: 'idToMarketParams', args: [id] })
  return {
    address: to,
    id,
    authorise: (owner) =>
      sendAs(chain, owner, {
        to,
        data: encodeFunctionData({ abi, functionName: 'setAuthorization', args: [router, true] }),
      }),
    withdraw: async (owner) => ({
      to,
      data: encodeFunctionData({
        abi,
        functionName: 'withdrawCollateral',
        args: [await params(), ETH, owner, owner],
      }),
    }),
    supply: async (owner) => ({
      to,
      data: encodeFunctionData({ abi, functionName: 'supplyCollateral', args: [await params(), ETH, owner, '0x'] }),
    }),
  }
}
