import { erc20Abi } from 'viem'
import type { PullAuthorization } from '../adapter/ProtocolAdapter.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import * as Read from '../reads/Read.ts'
import * as OperatorGrant from './OperatorGrant.ts'
import * as PermitTypedData from './PermitTypedData.ts'

/** What a market says of an owner's collateral, and of what the router may do with it. */
export type Leave = {
  /** Base units that the owner has there. */
  readonly held: bigint
  /** Whether the router may take what the plan moves already. */
  readonly isGiven: boolean
  /** What a signature would be made of. */
  readonly terms:
    | { readonly kind: 'permit'; readonly permit: ReadResult<PermitTypedData.PermitTerms> }
    | { readonly kind: 'operator'; readonly standing: OperatorGrant.Standing }
}

type Parties = {
  readonly owner: Address
  readonly router: Address
  readonly asset: Address
  readonly marketId?: Hex | undefined
}

/** Reads it, in one step. */
export function read(authorization: PullAuthorization, parties: Parties): Read.Read<Leave> {
  if (authorization.kind !== 'erc20') {
    return Read.map(OperatorGrant.readStanding(authorization, parties), (standing) => ({
      held: standing.held,
      isGiven: standing.isAuthorized,
      terms: { kind: 'operator', standing },
    }))
  }
  const { token: to, amount } = authorization
  const { owner, router } = parties
  return Read.map(
    Read.all([
      Read.call({ to, abi: erc20Abi, functionName: 'balanceOf', args: [owner] }),
      readAllowance(to, owner, router),
      Read.settle(PermitTypedData.readTerms(to, owner)),
    ]),
    ([held, allowance, permit]) => ({ held, isGiven: allowance >= amount, terms: { kind: 'permit', permit } }),
  )
}

/** Whether the router may take it already, alone. */
export function readIsGiven(authorization: PullAuthorization, owner: Address, router: Address): Read.Read<boolean> {
  if (authorization.kind !== 'erc20') return OperatorGrant.readIsAuthorized(authorization, owner, router)
  const { token, amount } = authorization
  return Read.map(readAllowance(token, owner, router), (allowance) => allowance >= amount)
}

function readAllowance(token: Address, owner: Address, router: Address): Read.Read<bigint> {
  return Read.call({ to: token, abi: erc20Abi, functionName: 'allowance', args: [owner, router] })
}
