import type { Address, Hex } from '../model/Hex.ts'
import * as Read from '../reads/Read.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import type { MoveParameters } from './MoveIntent.ts'

/** Reads of the collateral router: pure, to be joined into snapshots. */

const abi = collateralRouterAbi

/** What a move would cost and bring. */
export function quote(router: Address, move: MoveParameters) {
  return Read.call({ to: router, abi, functionName: 'quote', args: [move] })
}

/** The move with an id; a zero `guid` means that it was never sent. */
export function sentMove(router: Address, owner: Address, id: Hex) {
  return Read.call({ to: router, abi, functionName: 'sentMove', args: [owner, id] })
}

/** Where an arrived move stands; status 0 means that it did not arrive. */
export function arrival(router: Address, guid: Hex) {
  return Read.call({ to: router, abi, functionName: 'arrival', args: [guid] })
}
