import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import type { MessagePath } from '../EndpointReads.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { isSame } from '../WhatIf.ts'

/** The way of a move's message, and whether pools pay it out: Stargate's messages go between messaging contracts, not pools. */
export function pathOf(
  { routes }: Pick<MarginContext, 'routes'>,
  { source, destination, sourceChainId, destinationChainId }: TrackedMove,
): MessagePath & { readonly isPooled: boolean } {
  for (const route of routes) {
    if (route.kind !== 'stargate') continue
    const messagingAt = (chainId: number, oft: Address) =>
      route.ends.find((end) => end.chainId === chainId && isSame(end.oft, oft))?.messaging
    const sender = messagingAt(sourceChainId, source.oft)
    const receiver = messagingAt(destinationChainId, destination.oft)
    if (sender !== undefined && receiver !== undefined) return { sender, receiver, srcEid: source.eid, isPooled: true }
  }
  return { sender: source.oft, receiver: destination.oft, srcEid: source.eid, isPooled: false }
}
