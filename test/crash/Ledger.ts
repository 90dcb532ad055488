import { collateralRouterAbi, type Hex } from '@unimargin/sdk'
import { type Address, erc20Abi, parseAbi } from 'viem'
import type { TwoChains } from '../devnet/twoChains.fixture.ts'
import type { Way } from './Program.ts'

/** What the chains have of an owner: how many transactions were sent, and where the collateral is. */
export type Ledger = {
  /** By chain, the source first. */
  readonly transactions: readonly number[]
  /** By position, and by chain what lies in the wallet. */
  readonly holdings: ReadonlyMap<string, bigint>
}

/** Transactions that a move takes on either chain, and no more of them may ever be sent. A delegation counts as well. */
const TRANSACTIONS: Readonly<Record<Way, readonly [source: number, destination: number]>> = {
  permit: [1, 0],
  approve: [2, 0],
  injected: [2, 0],
  morpho: [1, 0],
  direct: [3, 2],
  'direct-batch': [2, 2],
}

const oftAbi = parseAbi([
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
  'event OFTReceived(bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD)',
])

export async function read({ client, arbitrum, base }: TwoChains, owner: Address): Promise<Ledger> {
  const view = await client.getMarginView({ owner })
  const holdings = new Map<string, bigint>()
  for (const position of view.positions) {
    if (position.status !== 'read') throw new TypeError(`${position.id} was not read`)
    for (const { asset, amount } of position.collateral) {
      holdings.set(`${position.id} ${asset.symbol}`, typeof amount === 'bigint' ? amount : -1n)
    }
  }
  const transactions: number[] = []
  for (const { client: node, name, tokens } of [arbitrum, base]) {
    const token = { address: tokens.WETH.address, abi: erc20Abi } as const
    holdings.set(`wallet ${name}`, await node.readContract({ ...token, functionName: 'balanceOf', args: [owner] }))
    transactions.push(await node.getTransactionCount({ address: owner }))
  }
  return { transactions, holdings }
}

/** What is wrong with what has changed, if one move of an amount out of the donor into the receiver should be all of it. */
export function objections(
  { before, after }: { readonly before: Ledger; readonly after: Ledger },
  { way, amount, donor, receiver }: Moved,
): readonly string[] {
  const sent = after.transactions.map((count, at) => count - (before.transactions[at] ?? 0))
  const meant = TRANSACTIONS[way]
  const problems = sent.join() === meant.join() ? [] : [`${sent} transactions were sent, and not ${meant}`]
  const changes = [...new Set([...before.holdings.keys(), ...after.holdings.keys()])].map((place) => {
    const change = (after.holdings.get(place) ?? 0n) - (before.holdings.get(place) ?? 0n)
    const expected = place.startsWith(donor) ? -amount : place.startsWith(receiver) ? amount : 0n
    return change === expected ? undefined : `${place} changed by ${change}, and not by ${expected}`
  })
  return [...problems, ...changes.filter((problem) => problem !== undefined)]
}

type Moved = { readonly way: Way; readonly amount: bigint; readonly donor: string; readonly receiver: string }

/** How often the routers have sent and credited the move with an id: each of them tells by an event of its own. */
export async function routed({ arbitrum, base }: TwoChains, id: Hex) {
  const router = { abi: collateralRouterAbi, fromBlock: 0n } as const
  const sent = await arbitrum.client.getContractEvents({
    ...router,
    address: arbitrum.addresses.router,
    eventName: 'MoveSent',
    args: { id },
  })
  const guid = sent.flatMap(({ args }) => (args.guid === undefined ? [] : [args.guid]))
  if (guid.length === 0) return { sent: 0, arrived: 0 }
  const arrived = await base.client.getContractEvents({
    ...router,
    address: base.addresses.router,
    eventName: 'MoveCredited',
    args: { guid },
  })
  return { sent: sent.length, arrived: arrived.length }
}

/** How often an owner has sent by the OFT itself since some block, and how much of that was paid out to the owner. */
export async function direct({ devnet, arbitrum, base }: TwoChains, owner: Address, fromBlock: bigint) {
  const ends = devnet.routes.flatMap((route) => route.ends)
  const oftOn = ({ chainId, tokens }: typeof base): Address => {
    const end = ends.find((one) => one.chainId === chainId && one.asset === tokens.WETH.address)
    if (end === undefined) throw new TypeError('WETH has a route')
    return end.oft
  }
  const sent = await arbitrum.client.getContractEvents({
    address: oftOn(arbitrum),
    abi: oftAbi,
    eventName: 'OFTSent',
    args: { fromAddress: owner },
    fromBlock,
  })
  const guid = sent.flatMap(({ args }) => (args.guid === undefined ? [] : [args.guid]))
  if (guid.length === 0) return { sent: 0, arrived: 0 }
  const arrived = await base.client.getContractEvents({
    address: oftOn(base),
    abi: oftAbi,
    eventName: 'OFTReceived',
    args: { guid, toAddress: owner },
    fromBlock: 0n,
  })
  return { sent: sent.length, arrived: arrived.length }
}
