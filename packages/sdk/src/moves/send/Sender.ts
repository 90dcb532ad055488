import type { Account, Chain, Client, Transport } from 'viem'
import { getAddresses, getChainId } from 'viem/actions'
import type { Journal } from '../../journal/createJournal.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import type { MoveIntent } from '../MoveIntent.ts'
import { WalletFailedError, WrongAccountError, WrongChainError } from '../SigningErrors.ts'
import { isSame } from '../WhatIf.ts'

/** Any viem wallet client: of a local account, of an injected wallet, of WalletConnect. */
export type MoveWallet = Client<Transport, Chain | undefined, Account | undefined>

/** A transaction of a move: the one before it, itself, and the one after it. */
export type MoveStep = 'approve' | 'send' | 'revoke'

/** Who sends the transactions of a move, and what is kept of them. */
export type Sender = {
  readonly client: MoveWallet
  readonly account: Account | Address
  readonly source: Ask.Chain
  readonly intent: MoveIntent
  readonly journal: Journal | undefined
  readonly options: DeadlineOptions & { readonly inclusionTimeout?: number | undefined }
  readonly submitted: (step: MoveStep, hash: Hex) => void
  /** Called right before the move itself goes out: from then on nobody knows but the chain. */
  readonly handedOver: () => void
}

/** How errors name the transactions. */
export const STEP_NAMES: Readonly<Record<MoveStep, string>> = {
  approve: 'approval',
  send: 'move',
  revoke: 'revocation',
}

/** The account of the owner in a wallet. @throws WrongAccountError, WalletFailedError */
export async function accountOf(wallet: MoveWallet, owner: Address): Promise<Account | Address> {
  const { account } = wallet
  const addresses = account === undefined ? await ask('connection', () => getAddresses(wallet)) : [account.address]
  if (!addresses.some((address) => isSame(address, owner))) throw new WrongAccountError(addresses, owner)
  return account ?? owner
}

/** @throws WrongChainError, WalletFailedError */
export async function assertChain(wallet: MoveWallet, expected: number): Promise<void> {
  const actual = await ask('connection', () => getChainId(wallet))
  if (actual !== expected) throw new WrongChainError(actual, expected)
}

/** Asks a wallet for something. @throws WalletFailedError with what it was asked for. */
export async function ask<value>(step: string, request: () => Promise<value>): Promise<value> {
  try {
    return await request()
  } catch (error) {
    throw new WalletFailedError(step, error)
  }
}
