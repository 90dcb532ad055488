import { domainSeparator, encodeFunctionData, parseAbi, zeroHash } from 'viem'
import type { Address, Hex } from '../model/Hex.ts'
import * as Read from '../reads/Read.ts'
import type { MoveIntent, OperatorAuthorization, OperatorMessage, OperatorRequest } from './MoveIntent.ts'
import { PermitUnavailableError } from './SigningErrors.ts'

/**
 * The router as an operator of the owner's positions, where a protocol knows no allowances of amounts: Morpho Blue and Comets.
 * It is signed twice, to give and to take back, and the router uses both in one transaction.
 */

const morphoAbi = parseAbi([
  'function isAuthorized(address, address) view returns (bool)',
  'function nonce(address) view returns (uint256)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function position(bytes32, address) view returns (uint256, uint128, uint128)',
  'function setAuthorization(address, bool)',
])

const cometAbi = parseAbi([
  'function isAllowed(address, address) view returns (bool)',
  'function userNonce(address) view returns (uint256)',
  'function name() view returns (string)',
  'function version() view returns (string)',
  'function userCollateral(address, address) view returns (uint128, uint128)',
  'function allow(address, bool)',
])

const field = (name: string, type: string) => ({ name, type })

const morphoTypes = {
  Authorization: [
    field('authorizer', 'address'),
    field('authorized', 'address'),
    field('isAuthorized', 'bool'),
    field('nonce', 'uint256'),
    field('deadline', 'uint256'),
  ],
}

const cometTypes = {
  Authorization: [
    field('owner', 'address'),
    field('manager', 'address'),
    field('isAllowed', 'bool'),
    field('nonce', 'uint256'),
    field('expiry', 'uint256'),
  ],
}

/** What the market says of an owner and the router. */
export type Standing = {
  /** Base units of the collateral. */
  readonly held: bigint
  readonly isAuthorized: boolean
  /** The next one. */
  readonly nonce: bigint
  /** Of what it takes signatures for: what it is called, or the hash of that. */
  readonly domain: { readonly name: string; readonly version: string } | Hex
}

/** Whether the router is authorised, alone. */
export function readIsAuthorized(
  { kind, contract }: OperatorAuthorization,
  owner: Address,
  router: Address,
): Read.Read<boolean> {
  return kind === 'morpho-authorization'
    ? Read.call({ to: contract, abi: morphoAbi, functionName: 'isAuthorized', args: [owner, router] })
    : Read.call({ to: contract, abi: cometAbi, functionName: 'isAllowed', args: [owner, router] })
}

/** Everything that a move has to know of the authorisation before it is signed. */
export function readStanding(
  authorization: OperatorAuthorization,
  of: {
    readonly owner: Address
    readonly router: Address
    readonly asset: Address
    readonly marketId?: Hex | undefined
  },
): Read.Read<Standing> {
  const { owner, router, asset, marketId = zeroHash } = of
  const { kind, contract: to } = authorization
  const isAuthorized = readIsAuthorized(authorization, owner, router)
  if (kind === 'morpho-authorization') {
    const abi = morphoAbi
    return Read.map(
      Read.all([
        isAuthorized,
        Read.call({ to, abi, functionName: 'nonce', args: [owner] }),
        Read.call({ to, abi, functionName: 'DOMAIN_SEPARATOR' }),
        Read.call({ to, abi, functionName: 'position', args: [marketId, owner] }),
      ]),
      ([isAuthorized, nonce, domain, [, , held]]) => ({ held, isAuthorized, nonce, domain }),
    )
  }
  const abi = cometAbi
  return Read.map(
    Read.all([
      isAuthorized,
      Read.call({ to, abi, functionName: 'userNonce', args: [owner] }),
      Read.call({ to, abi, functionName: 'name' }),
      Read.call({ to, abi, functionName: 'version' }),
      Read.call({ to, abi, functionName: 'userCollateral', args: [owner, asset] }),
    ]),
    ([isAuthorized, nonce, name, version, [held]]) => ({ held, isAuthorized, nonce, domain: { name, version } }),
  )
}

/**
 * Both typed data to sign: for the router of the intent, until its deadline.
 *
 * @throws PermitUnavailableError when Morpho's domain is another than that of its chain and address.
 */
export function build(intent: MoveIntent, { domain: said, nonce }: Standing): OperatorRequest {
  const { authorization } = intent
  if (authorization.kind === 'erc20') throw new PermitUnavailableError(authorization.token, 'it has no operators')
  const { kind, contract } = authorization
  const place = { chainId: intent.sourceChainId, verifyingContract: contract }
  const domain = typeof said === 'string' ? place : { ...said, ...place }
  if (typeof said === 'string' && domainSeparator({ domain }) !== said.toLowerCase()) {
    throw new PermitUnavailableError(contract, 'its signing domain is not that of Morpho on this chain')
  }
  const data = (isGiven: boolean, at: bigint) => ({
    domain,
    types: kind === 'morpho-authorization' ? morphoTypes : cometTypes,
    primaryType: 'Authorization' as const,
    message: messageOf(authorization, intent, isGiven, at),
  })
  return { give: data(true, nonce), takeBack: data(false, nonce + 1n) }
}

/** What one of the two says. */
export function messageOf(
  { kind }: OperatorAuthorization,
  { owner, source: { router }, deadline }: MoveIntent,
  isGiven: boolean,
  nonce: bigint,
): OperatorMessage {
  return kind === 'morpho-authorization'
    ? { authorizer: owner, authorized: router, isAuthorized: isGiven, nonce, deadline }
    : { owner, manager: router, isAllowed: isGiven, nonce, expiry: deadline }
}

/** Calldata of the owner's own call that authorises the router, or revokes that. */
export function encode({ kind }: OperatorAuthorization, router: Address, isGiven: boolean): Hex {
  return kind === 'morpho-authorization'
    ? encodeFunctionData({ abi: morphoAbi, functionName: 'setAuthorization', args: [router, isGiven] })
    : encodeFunctionData({ abi: cometAbi, functionName: 'allow', args: [router, isGiven] })
}
