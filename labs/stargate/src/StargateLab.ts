import { createDevnet, type Devnet, type DevnetSnapshot } from '@unimargin/devnet'
import { type Address, concatHex, erc20Abi, getAddress, type Hex, numberToHex, parseAbi, parseEventLogs } from 'viem'
import { stargateAbi } from './abi.ts'
import { act } from './act.ts'
import { deployStargate } from './deployStargate.ts'
import type { PoolName, Stargate, StargateChain } from './Stargate.ts'
import type { Transfer } from './transfer.ts'

/** Stargate between two chains, with somebody who has plenty of everything on both. */
export type StargateLab = {
  readonly devnet: Devnet
  readonly stargate: Stargate
  readonly arbitrum: StargateChain
  readonly base: StargateChain
  readonly sender: Address
  readonly stranger: Address
  /** Everything as it was in the beginning. */
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A pay-out that failed and waits in its pool. */
export type Unreceived = {
  readonly guid: Hex
  readonly index: number
  readonly srcEid: number
  readonly receiver: Address
  readonly amountLD: bigint
  readonly composeMsg: Hex
}

/** Who gets what is sent, where a test does not say otherwise: an address without code and without anything. */
export const RECEIVER: Address = '0x00000000000000000000000000000000000000b0'

/** What is sent of a pool's asset, where a test does not say otherwise. */
export const AMOUNT = { USDC: 5_000_000_000n, ETH: 2n * 10n ** 18n, wstETH: 2n * 10n ** 18n } as const

/** Runtime code that logs what it is called with: as cheap as a receiver can be that tells of it. */
export const LOGGER: Hex = '0x365f5f37365fa000'
/** Stores the time first, which takes more gas than a pool gives to a receiver of coins. */
export const GREEDY: Hex = concatHex(['0x425f55', LOGGER])

/** Runtime code that burns exactly so much gas. */
export function burning(gas: number): Hex {
  return concatHex([`0x${'5b'.repeat(gas)}`, '0x00'])
}

/** @param prepare What else is there in the beginning. */
export async function open(
  prepare: (lab: Pick<StargateLab, 'devnet' | 'stargate' | 'sender' | 'stranger'>) => Promise<void> = async () => {},
): Promise<StargateLab> {
  const devnet = await createDevnet({ chains: ['arbitrum', 'base'] })
  const stargate = await deployStargate(devnet)
  const [first, second] = devnet.accounts
  if (first === undefined || second === undefined) throw new RangeError('no accounts')
  for (const { name } of devnet.chains) {
    await devnet.mint('USDC', first.address, 10n ** 13n, name)
    await devnet.mint('wstETH', first.address, 10n ** 22n, name)
  }
  await prepare({ devnet, stargate, sender: first.address, stranger: second.address })
  let clean: DevnetSnapshot = await devnet.snapshot()
  return {
    devnet,
    stargate,
    arbitrum: stargate.chain('arbitrum'),
    base: stargate.chain('base'),
    sender: first.address,
    stranger: second.address,
    reset: async () => {
      await devnet.revert(clean)
      clean = await devnet.snapshot()
    },
    close: () => devnet.close(),
  }
}

/** A transfer from Arbitrum to Base. */
export function order(
  { arbitrum, base, sender }: StargateLab,
  pool: PoolName,
  options: Partial<Transfer> = {},
): Transfer {
  return { from: arbitrum, to: base, pool, sender, receiver: RECEIVER, amount: AMOUNT[pool], ...options }
}

/** A contract with this runtime code, at an address of its own. */
export async function place({ chain }: StargateChain, bytecode: Hex): Promise<Address> {
  const address = getAddress(numberToHex(0xc0ffee_0000n + BigInt(bytecode.length), { size: 20 }))
  await chain.client.setCode({ address, bytecode })
  return address
}

/** What somebody has of a pool's asset. */
export function balanceOf({ chain, pools }: StargateChain, name: PoolName, owner: Address): Promise<bigint> {
  const { client } = chain
  if (name === 'ETH') return client.getBalance({ address: owner })
  return client.readContract({ address: pools[name].token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
}

/** What waits in the pools of a chain because it could not be paid out. */
export async function unreceived({ chain, pools }: StargateChain, guid: Hex): Promise<readonly Unreceived[]> {
  const address = Object.values(pools).map(({ pool }) => pool.address)
  const logs = await chain.client.getLogs({ address, fromBlock: 0n })
  return parseEventLogs({ abi: stargateAbi, logs, eventName: 'UnreceivedTokenCached' })
    .map(({ args }) => args)
    .filter((cached) => cached.guid === guid)
}

/** Tries a pay-out once more, which anyone may do. @throws TransactionFailedError with Stargate's reason. */
export async function retryReceive(
  chain: StargateChain,
  name: PoolName,
  { guid, index, srcEid, receiver, amountLD, composeMsg }: Unreceived,
  by: Address,
): Promise<void> {
  await act(chain, by, {
    target: chain.pools[name].pool.address,
    functionName: 'retryReceiveToken',
    args: [guid, index, srcEid, receiver, amountLD, composeMsg],
  })
}

export const composerAbi = parseAbi([
  'function lzCompose(address from, bytes32 guid, bytes message, address executor, bytes extraData) payable',
])

/** What a logging contract was called with, oldest first. */
export async function calls({ chain }: StargateChain, contract: Address): Promise<readonly Hex[]> {
  const logs = await chain.client.getLogs({ address: contract, fromBlock: 0n })
  return logs.map(({ data }) => data)
}
