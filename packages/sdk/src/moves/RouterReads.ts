import type { Address, Hex } from '../model/Hex.ts'
import * as Read from '../reads/Read.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { MoveParameters } from './MoveIntent.ts'
import { isSame } from './WhatIf.ts'

/** Reads of the collateral router: pure, to be joined into snapshots. */

const abi = collateralRouterAbi

/** By the router's `Protocol`. */
const NO_PROTOCOL = 0

/** What a move would cost and bring. */
export function quote(router: Address, move: MoveParameters) {
  return Read.call({ to: router, abi, functionName: 'quote', args: [MoveCalldata.toStruct(move)] })
}

/** The move with an id; a zero `guid` means that it was never sent. */
export function sentMove(router: Address, owner: Address, id: Hex) {
  return Read.call({ to: router, abi, functionName: 'sentMove', args: [owner, id] })
}

/** Whether a router trusts what a move needs on its chain, part by part. */
export type Trust = { readonly market: boolean; readonly remote: boolean; readonly oft: boolean }

/** Whether a router takes from or supplies to a market, knows the other chain, and carries the asset by the same OFT. */
export function trust(
  router: Address,
  route: { readonly market: Address; readonly remoteEid: number; readonly asset: Address; readonly oft: Address },
): Read.Read<Trust> {
  return Read.map(
    Read.all([
      Read.call({ to: router, abi, functionName: 'protocolOf', args: [route.market] }),
      Read.call({ to: router, abi, functionName: 'isRemote', args: [route.remoteEid] }),
      oftOf(router, route.asset),
    ]),
    ([protocol, remote, oft]) => ({ market: protocol !== NO_PROTOCOL, remote, oft: isSame(oft, route.oft) }),
  )
}

/** The OFT that a router sends an asset with; zero where it carries none. */
export function oftOf(router: Address, asset: Address) {
  return Read.call({ to: router, abi, functionName: 'oftOf', args: [asset] })
}

/** The newest moves of an owner, newest first, and how many there are. */
export function latestSent(router: Address, owner: Address, limit: bigint) {
  return Read.call({ to: router, abi, functionName: 'latestSent', args: [owner, limit] })
}

/** Where an arrived move stands; status 0 means that it did not arrive. */
export function arrival(router: Address, guid: Hex) {
  return Read.call({ to: router, abi, functionName: 'arrival', args: [guid] })
}
