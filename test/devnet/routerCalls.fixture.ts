import type { DevnetChain } from '@unimargin/devnet'
import { collateralRouterAbi } from '@unimargin/sdk'
import {
  type Address,
  concatHex,
  decodeErrorResult,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  erc20Abi,
  type Hex,
  pad,
  parseAbi,
  parseAbiParameters,
  parseEventLogs,
  type TransactionReceipt,
  zeroAddress,
  zeroHash,
} from 'viem'

// The contracts as anybody can call them, without the sdk's own steps and checks.

export const endpointAbi = parseAbi([
  'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
  'function sendCompose(address to, bytes32 guid, uint16 index, bytes message)',
  'function composeQueue(address from, address to, bytes32 guid, uint16 index) view returns (bytes32)',
])
export const poolAbi = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function setUserUseReserveAsCollateral(address asset, bool useAsCollateral)',
])
/** By the router's `Action`. */
const SUPPLY = 0
/** As in `Arrival.status`. */
const STATUS = ['none', 'credited', 'parked', 'claimed'] as const

export type Call = {
  readonly to: Address
  readonly data: Hex
  readonly value?: bigint | undefined
  readonly gas?: bigint | undefined
}

/** A compose that waits at an endpoint. */
export type Queued = { readonly from: Address; readonly guid: Hex; readonly message: Hex }

/** Sends from any address, with or without its key, and waits. The transaction may have reverted: see `status`. */
export async function sendAs({ client }: DevnetChain, from: Address, call: Call): Promise<TransactionReceipt> {
  await client.impersonateAccount({ address: from })
  if ((await client.getBalance({ address: from })) < 10n ** 18n) {
    await client.setBalance({ address: from, value: 10n ** 20n })
  }
  const { to, data, value = 0n, gas = 3_000_000n } = call
  const hash = await client.sendTransaction({ account: from, to, data, value, gas })
  return client.waitForTransactionReceipt({ hash })
}

/** The error that a call from this address would revert with; of the router and what lies beneath, by name. */
export async function errorOf({ client }: DevnetChain, from: Address, { to, data, value }: Call): Promise<string> {
  try {
    await client.request({ method: 'eth_call', params: [{ from, to, data, ...hexValue(value) }, 'latest'] } as never)
    return 'none'
  } catch (error) {
    return nameOf(dataIn(error))
  }
}

const hexValue = (value: bigint | undefined) => (value === undefined ? {} : { value: `0x${value.toString(16)}` })

function dataIn(error: unknown): Hex {
  for (let one: unknown = error; one instanceof Object; one = Reflect.get(one, 'cause')) {
    const data = Reflect.get(one, 'data')
    if (typeof data === 'string' && data.startsWith('0x')) return data as Hex
  }
  throw error
}

function nameOf(data: Hex): string {
  if (data === '0x') return 'nothing said'
  try {
    return decodeErrorResult({ abi: collateralRouterAbi, data }).errorName
  } catch {
    return data.slice(0, 10)
  }
}

/** Runs a queued compose as anybody can. */
export const composeCall = ({ endpoint, addresses }: DevnetChain, { from, guid, message }: Queued): Call => ({
  to: endpoint,
  data: encodeFunctionData({
    abi: endpointAbi,
    functionName: 'lzCompose',
    args: [from, addresses.router, guid, 0, message, '0x'],
  }),
})

export const routerCall = (
  { addresses }: DevnetChain,
  functionName: 'retry' | 'claim',
  guid: Hex,
  to: Address = zeroAddress,
): Call => ({
  to: addresses.router,
  data:
    functionName === 'retry'
      ? encodeFunctionData({ abi: collateralRouterAbi, functionName, args: [guid] })
      : encodeFunctionData({ abi: collateralRouterAbi, functionName, args: [guid, to] }),
})

/** A move that nothing is wrong with. */
export async function moveOf(from: DevnetChain, to: DevnetChain, amount: bigint, recovery: Address = zeroAddress) {
  const { timestamp } = await from.client.getBlock()
  return {
    id: pad('0x1d'),
    market: from.addresses.pool,
    marketId: zeroHash,
    asset: from.tokens.WETH.address,
    amount,
    minAmount: 0n,
    minHealthFactor: 10n ** 18n,
    dstEid: to.eid,
    action: SUPPLY,
    dstMarket: to.addresses.pool,
    dstMarketId: zeroHash,
    recovery,
    deadline: timestamp + 10n ** 9n,
    deliveryGas: 150_000n,
    settleGas: 500_000n,
  }
}

export type Move = Omit<Awaited<ReturnType<typeof moveOf>>, 'marketId' | 'dstMarketId'> & {
  readonly marketId: Hex
  readonly dstMarketId: Hex
}

export const feeOf = async ({ client, addresses }: DevnetChain, move: Move): Promise<bigint> => {
  const call = { address: addresses.router, abi: collateralRouterAbi, functionName: 'quote', args: [move] } as const
  return (await client.readContract(call)).nativeFee
}

export const sendCall = ({ addresses }: DevnetChain, move: Move, value: bigint): Call => ({
  to: addresses.router,
  data: encodeFunctionData({ abi: collateralRouterAbi, functionName: 'send', args: [move] }),
  value,
})

/** Allows the router to pull, and sends with the exact fee. */
export async function sendMoveAs(chain: DevnetChain, owner: Address, move: Move): Promise<Hex> {
  await allow(chain, owner, move.amount + 2n)
  const { logs } = await sendAs(chain, owner, sendCall(chain, move, await feeOf(chain, move)))
  const [sent] = parseEventLogs({ abi: collateralRouterAbi, logs, eventName: 'MoveSent' })
  if (sent === undefined) throw new RangeError('nothing was sent')
  return sent.args.guid
}

export const allow = (chain: DevnetChain, owner: Address, amount: bigint) =>
  sendAs(chain, owner, {
    to: chain.tokens.WETH.aToken,
    data: encodeFunctionData({
      abi: erc20Abi,
      functionName: 'approve',
      args: [chain.addresses.router, amount],
    }),
  })

/** What a router tells a router: version, owner, whether that has code, recovery, market, its id, action, gas. */
export const moveMessage = ({ addresses }: DevnetChain, owner: Address): Hex =>
  encodeAbiParameters(parseAbiParameters('uint256, address, bool, address, address, bytes32, uint8, uint128'), [
    2n,
    owner,
    false,
    zeroAddress,
    addresses.pool,
    zeroHash,
    SUPPLY,
    500_000n,
  ])

/** A compose message as an OFT writes it. */
export const composeMessage = (srcEid: number, amount: bigint, composer: Address, body: Hex): Hex =>
  concatHex([encodePacked(['uint64', 'uint32', 'uint256', 'bytes32'], [1n, srcEid, amount, pad(composer)]), body])

export async function statusOf({ client, addresses }: DevnetChain, guid: Hex): Promise<string> {
  const call = { address: addresses.router, abi: collateralRouterAbi, functionName: 'arrival', args: [guid] } as const
  const { status } = await client.readContract(call)
  return STATUS[status] ?? 'unknown'
}

export async function isQueued({ client, endpoint, addresses }: DevnetChain, { from, guid }: Queued): Promise<boolean> {
  const args = [from, addresses.router, guid, 0] as const
  const hash = await client.readContract({ address: endpoint, abi: endpointAbi, functionName: 'composeQueue', args })
  return BigInt(hash) > 1n
}

/** Why the market refused, by the receipt of the compose. */
export function parkReason({ logs }: TransactionReceipt): string {
  const [parked] = parseEventLogs({ abi: collateralRouterAbi, logs, eventName: 'MoveParked' })
  return parked === undefined ? 'not parked' : nameOf(parked.args.reason)
}

export const balanceOf = (
  { client }: DevnetChain,
  token: Address,
  owner: Address,
  blockTag: 'latest' | 'pending' = 'latest',
) => client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner], blockTag })
