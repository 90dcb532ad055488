import { domainSeparator } from 'viem'
import type { Address, Hex } from '../model/Hex.ts'
import * as Read from '../reads/Read.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { MoveIntent, PermitRequest } from './MoveIntent.ts'
import { PermitUnavailableError } from './SigningErrors.ts'

/** The ERC-2612 permit of a receipt token for the router. */

const abi = [
  {
    type: 'function',
    name: 'nonces',
    stateMutability: 'view',
    inputs: [{ type: 'address' }],
    outputs: [{ type: 'uint256' }],
  },
  { type: 'function', name: 'DOMAIN_SEPARATOR', stateMutability: 'view', inputs: [], outputs: [{ type: 'bytes32' }] },
] as const

const Permit = [
  { name: 'owner', type: 'address' },
  { name: 'spender', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
] as const

/** What the token says of its permits: the owner's next nonce, and the hash of the domain. */
export type PermitTerms = { readonly nonce: bigint; readonly domainSeparator: Hex }

/** Reads the terms of a token's permit; reverts where it has none. */
export function readTerms(token: Address, owner: Address): Read.Read<PermitTerms> {
  return Read.map(
    Read.all([
      Read.call({ to: token, abi, functionName: 'nonces', args: [owner] }),
      Read.call({ to: token, abi, functionName: 'DOMAIN_SEPARATOR' }),
    ]),
    ([nonce, separator]) => ({ nonce, domainSeparator: separator }),
  )
}

/**
 * The typed data to sign: exactly the amount of the intent, for its router, until its deadline.
 *
 * @throws PermitUnavailableError when the token's domain is another than the market's adapter believes: the signature would
 * be worthless, and it is not known what it would be a signature of.
 */
export function build(
  intent: MoveIntent,
  { name, version }: { readonly name: string; readonly version: string },
  terms: PermitTerms,
): PermitRequest {
  const { authorization } = intent
  if (authorization.kind !== 'erc20') throw new PermitUnavailableError(authorization.contract, 'it is no token')
  const { token } = authorization
  const domain = { name, version, chainId: intent.sourceChainId, verifyingContract: token }
  if (domainSeparator({ domain }) !== terms.domainSeparator.toLowerCase()) {
    throw new PermitUnavailableError(token, `its signing domain is not "${name}", version ${version}`)
  }
  const { value, deadline } = MoveCalldata.permitTerms(intent)
  return {
    domain,
    types: { Permit },
    primaryType: 'Permit',
    message: { owner: intent.owner, spender: intent.source.router, value, nonce: terms.nonce, deadline },
  }
}
