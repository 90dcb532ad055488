import type { Hex } from '../../model/Hex.ts'

/** One JSON-RPC request, without its envelope. */
export type RpcRequest = { readonly method: string; readonly params: readonly unknown[] }

/** What a node says to one request, without its envelope. */
export type RpcAnswer =
  | { readonly status: 'result'; readonly result: unknown }
  | { readonly status: 'error'; readonly code: number; readonly message: string; readonly data?: Hex | undefined }

/**
 * Whatever answers JSON-RPC requests: a mocked chain, a recording, or a real node behind a proxy. It never throws for what
 * the chain says: a revert is an `error` with code 3 and its data.
 */
export type RpcBackend = (request: RpcRequest, signal?: AbortSignal) => Promise<RpcAnswer>
