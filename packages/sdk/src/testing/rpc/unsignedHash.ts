import { encodeAbiParameters, keccak256 } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import type { MockTransaction } from '../chain/MockPart.ts'

/** A hash for a transaction that nobody signed: of all that it says. */
export function unsignedHash(chainId: number, transaction: Omit<MockTransaction, 'hash' | 'gas'>): Hex {
  const { from, to, data, value, nonce } = transaction
  return keccak256(
    encodeAbiParameters(
      [
        { type: 'uint256' },
        { type: 'address' },
        { type: 'address' },
        { type: 'bytes' },
        { type: 'uint256' },
        { type: 'uint256' },
      ],
      [BigInt(chainId), from, to, data, value, BigInt(nonce)],
    ),
  )
}
