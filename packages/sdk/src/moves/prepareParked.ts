import { zeroAddress } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Ask from './ask.ts'
import { assertAddress } from './assertAddress.ts'
import type { MoveCall } from './MoveIntent.ts'
import { NotOwnerError, NotParkedError } from './ParkedErrors.ts'
import { UnknownRouterError } from './PlanErrors.ts'
import * as RouterReads from './RouterReads.ts'
import { isSame } from './WhatIf.ts'

const PARKED = 2
const standings: readonly string[] = ['not arrived', 'credited', 'parked', 'claimed']

/** What to act on, and who acts. */
export type ParkedParameters = DeadlineOptions & {
  /** The chain where it is parked. */
  readonly chainId: number
  readonly guid: Hex
  /** Who will sign: the owner, or the recovery address of the move. */
  readonly caller: Address
}

/** The call of the router for what is parked, checked and simulated. */
export async function prepareParked(
  client: MarginContext,
  parameters: ParkedParameters,
  name: 'retry' | 'claim',
  data: Hex,
): Promise<MoveCall> {
  const { chainId, guid, caller } = parameters
  assertAddress('caller', caller)
  const chain: Ask.Chain = { chainId, client: client.getClient(chainId) }
  const router = client.routers.find((deployment) => deployment.chainId === chainId)?.router
  if (router === undefined) throw new UnknownRouterError(chainId)
  const { results } = await Ask.snapshot(chain, [RouterReads.arrival(router, guid)], parameters)
  const arrival = Ask.answerOf(chain, 'arrival', results[0])
  if (arrival.status !== PARKED) throw new NotParkedError(guid, standings[arrival.status] ?? 'unknown')
  const { owner, recovery } = arrival
  const mayAct = isSame(caller, owner) || (isSame(caller, recovery) && !isSame(recovery, zeroAddress))
  if (!mayAct) throw new NotOwnerError(caller, owner, recovery)
  const call: MoveCall = { chainId, to: router, data, value: 0n }
  await Ask.simulate(chain, name, { from: caller, ...call }, parameters)
  return call
}
