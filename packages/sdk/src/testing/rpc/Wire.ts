/** How the bytes of a reply travel. All of it is optional: without it a reply comes whole and at once. */
export type Delivery = {
  /** Milliseconds before the first byte. */
  readonly delay?: number | undefined
  /** Bytes of the body after which `then` happens. */
  readonly cutAfter?: number | undefined
  /** What happens at the cut: nothing ever again, a reset of the connection, or an early end. */
  readonly then?: 'stall' | 'reset' | 'end' | undefined
  /** The body in pieces of this many bytes, with as many milliseconds between them. */
  readonly drip?: { readonly bytes: number; readonly every: number } | undefined
}

/** A reply as it goes over the wire: the same for msw, and for a server of real sockets. */
export type WireReply = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly delivery: Delivery
}
