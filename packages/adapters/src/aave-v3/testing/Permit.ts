import type { Address } from '@unimargin/sdk'
import { type MockBlock, type MockPermit, recoverSigner } from '@unimargin/sdk/testing'
import { hashTypedData, isAddressEqual, zeroAddress } from 'viem'
import { keyOf, type Ledger } from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'
import { refusal } from './refusal.ts'

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

/** What a permit of an aToken is signed for. */
export function permitDomain({ chainId }: Pick<Ledger, 'chainId'>, { aTokenName, aToken }: MockReserve) {
  return { name: aTokenName, version: '1', chainId, verifyingContract: aToken }
}

/** Uses a permit, as the aToken does: within its time, signed by the owner, once. */
export function use(ledger: Ledger, reserve: MockReserve, permit: MockPermit, at: MockBlock): Ledger {
  const { owner, spender, value, deadline } = permit
  if (isAddressEqual(owner, zeroAddress)) throw refusal(ledger, 'permit-without-owner')
  if (at.timestamp > deadline) throw refusal(ledger, 'permit-expired')
  const nonce = ledger.nonces.get(keyOf(reserve.aToken, owner)) ?? 0n
  const domain = permitDomain(ledger, reserve)
  const message = { owner, spender, value, nonce, deadline }
  const signer = recoverSigner(hashTypedData({ domain, types, primaryType: 'Permit', message }), permit)
  if (signer === undefined || !isAddressEqual(signer, owner)) throw refusal(ledger, 'permit-of-another')
  const nonces = new Map(ledger.nonces).set(keyOf(reserve.aToken, owner), nonce + 1n)
  return allow({ ...ledger, nonces }, reserve.aToken, owner, spender, value)
}

/** Sets what a spender may take of a token. */
export function allow(ledger: Ledger, token: Address, owner: Address, spender: Address, amount: bigint): Ledger {
  return { ...ledger, allowances: new Map(ledger.allowances).set(keyOf(token, owner, spender), amount) }
}
