import type { Ledger, SealedBlock } from '../chain/createLedger.ts'
import * as Params from './Params.ts'
import { RpcFailure } from './RpcFailure.ts'

/** How far behind the head a block counts as `safe`, and as `finalized`. */
export const SAFE_DEPTH = 32n
export const FINALIZED_DEPTH = 64n

/**
 * The block that a parameter names: a tag, a number, or an object of EIP-1898. The words of the refusals are geth's
 * (internal/ethapi and eth/api_backend.go).
 */
export function resolve(ledger: Ledger, reference: unknown = 'latest'): SealedBlock {
  if (typeof reference === 'object' && reference !== null)
    return resolveObject(ledger, Params.fields(reference, 'block'))
  const found = find(ledger, reference)
  if (found === undefined) throw new RpcFailure(-32_000, 'header not found')
  return found
}

/** As {@link resolve} for a tag or a number, without a failure for a block that is not there. */
export function find(ledger: Ledger, reference: unknown): SealedBlock | undefined {
  const head = ledger.head.block.number
  const behind = (depth: bigint) => ledger.byNumber(head > depth ? head - depth : 0n)
  switch (reference) {
    case 'latest':
    // Nothing waits here: what comes next is what is there.
    case 'pending':
      return ledger.head
    case 'safe':
      return behind(SAFE_DEPTH)
    case 'finalized':
      return behind(FINALIZED_DEPTH)
    case 'earliest':
      return ledger.byNumber(0n)
    default:
      return ledger.byNumber(Params.quantity(reference, 'block'))
  }
}

function resolveObject(ledger: Ledger, fields: Readonly<Record<string, unknown>>): SealedBlock {
  const { blockHash, blockNumber, requireCanonical } = fields
  if ((blockHash === undefined) === (blockNumber === undefined)) {
    throw Params.invalid('block', 'a block number or a block hash, and not both')
  }
  if (blockHash === undefined) return resolve(ledger, blockNumber)
  const found = ledger.byHash(Params.hash(blockHash, 'block hash'))
  if (found?.isCanonical === true) return found.sealed
  // The state of an orphan is gone, as on nodes that keep no history of forks.
  const isOrphan = found !== undefined && requireCanonical === true
  throw new RpcFailure(-32_000, isOrphan ? 'hash is not currently canonical' : 'header not found')
}
