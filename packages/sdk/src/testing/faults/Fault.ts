import type { RpcAnswer, RpcBackend, RpcRequest } from '../rpc/RpcBackend.ts'
import type { WireReply } from '../rpc/Wire.ts'

/** One entry of a JSON-RPC reply, as a node may get it wrong: any field may be anything, or missing. */
export type Envelope = Readonly<Record<string, unknown>>

/** What a fault may look at. */
export type FaultContext = {
  readonly request: RpcRequest
  /** The node behind, without this fault: for a fault that answers for another request. */
  readonly backend: RpcBackend
  /** How often this fault has struck before: HTTP requests, so that all parts of one strike see the same number. */
  readonly struck: number
}

/** What a fault may look at once all requests of one HTTP request are answered. */
export type ReplyContext = {
  /** Where the node is: with its key, which a hostile node repeats. */
  readonly url: string
  /** How often this fault has struck before. */
  readonly struck: number
}

/**
 * Something that a node does wrong. Each part changes one stage of a reply; a fault may have several parts. Faults know
 * nothing of what is behind the node, so that they break a mocked chain and a real one in the same way.
 */
export type Fault = {
  /** Its name in the catalogue, e.g. `stale-head`. */
  readonly kind: string
  /** Asks the chain something else. */
  readonly ask?: ((request: RpcRequest, context: FaultContext) => RpcRequest) | undefined
  /** Changes what the chain answered. */
  readonly answer?: ((answer: RpcAnswer, context: FaultContext) => RpcAnswer | Promise<RpcAnswer>) | undefined
  /** Changes the envelopes of a whole reply: ids, order, number. Strikes when it strikes any request of a batch. */
  readonly envelopes?: ((envelopes: readonly Envelope[], context: ReplyContext) => readonly Envelope[]) | undefined
  /** Changes the reply on the wire: status, headers, bytes, and how they travel. */
  readonly reply?: ((reply: WireReply, context: ReplyContext) => WireReply) | undefined
}

/** When a fault strikes. Without any of it: always. */
export type FaultScope = {
  /** Only requests of these methods. */
  readonly methods?: readonly string[] | undefined
  /** Only requests that this holds for, e.g. by what they call. */
  readonly when?: ((request: RpcRequest) => boolean) | undefined
  /** Not the first so many matching requests. */
  readonly after?: number | undefined
  /** So many times, then no more. */
  readonly times?: number | undefined
}
