import type { Ledger } from '../chain/createLedger.ts'
import * as BlockReference from './BlockReference.ts'
import * as Params from './Params.ts'
import { RpcFailure } from './RpcFailure.ts'
import { logShapes } from './RpcShapes.ts'

/** Answers `eth_getLogs`: by range or block hash, addresses and topics. */
export function findLogs(ledger: Ledger, filter: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { address, topics = [], blockHash, fromBlock = 'latest', toBlock = 'latest' } = filter
  const addresses = oneOf(address)?.map((entry) => Params.address(entry, 'address').toLowerCase())
  if (!Array.isArray(topics)) throw Params.invalid('topics', 'a list')
  const wanted = topics.map((topic: unknown) => oneOf(topic)?.map((entry) => Params.hash(entry, 'topic')))

  return blocksOf(ledger, { blockHash, fromBlock, toBlock })
    .flatMap(logShapes)
    .filter((log) => addresses === undefined || addresses.includes(log.address.toLowerCase()))
    .filter((log) =>
      wanted.every((options, index) => {
        const topic = log.topics[index]
        if (topic === undefined) return false
        return options === undefined || options.includes(topic.toLowerCase() as typeof topic)
      }),
    )
}

function blocksOf(ledger: Ledger, range: Readonly<Record<'blockHash' | 'fromBlock' | 'toBlock', unknown>>) {
  if (range.blockHash !== undefined) {
    const found = ledger.byHash(Params.hash(range.blockHash, 'block hash'))
    if (found === undefined || !found.isCanonical) throw new RpcFailure(-32_000, 'unknown block')
    return [found.sealed]
  }
  const numberOf = (reference: unknown) =>
    typeof reference === 'string' && reference.startsWith('0x')
      ? Params.quantity(reference, 'block')
      : BlockReference.resolve(ledger, reference).block.number
  const [from, to] = [numberOf(range.fromBlock), numberOf(range.toBlock)]
  if (from > to) throw new RpcFailure(-32_000, 'invalid block range params')
  return ledger.withTransactions(from, to)
}

/** One value, several of which any will do, or `undefined` for all. */
function oneOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return [value]
  return value.length === 0 ? undefined : value
}
