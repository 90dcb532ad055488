import { type Client, numberToHex } from 'viem'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Block } from '../model/Block.ts'
import type { AnswerFailure } from './requestCalls.ts'

/** Enough for any chain whose blocks come half-way regularly; what is found by then is no later than asked, only older. */
const MAX_REQUESTS = 16

type Point = { readonly number: bigint; readonly timestamp: bigint }

/**
 * Finds the last block of a chain that is not younger than a time, below a head that is. It asks for headers only, where
 * interpolation expects the block, so that a chain with regular blocks needs one to three. Block numbers are the chain's own also on
 * Nitro chains, and many blocks may bear the same time there.
 *
 * After 16 requests it takes the last block that it knows to be old enough. Never throws for what a node does.
 */
export async function findBlockAt(
  client: Client,
  { head, time, signal }: { readonly head: Block; readonly time: bigint; readonly signal: AbortSignal },
): Promise<{ readonly status: 'ok'; readonly value: bigint } | AnswerFailure> {
  let above: Point = head
  let below: Point | undefined
  for (let requests = 0; requests < MAX_REQUESTS; requests += 1) {
    if (above.number === 0n) return unavailable(`the chain begins after ${time}`)
    if (below !== undefined && above.number - below.number === 1n) break
    const number =
      below === undefined ? guessBelow(above, head, time, requests) : guessBetween(below, above, time, requests)
    const timestamp = await timestampOf(client, number, signal)
    if (typeof timestamp !== 'bigint') return timestamp
    if (timestamp > above.timestamp || (below !== undefined && timestamp < below.timestamp)) {
      return unavailable('the times of the blocks are not in their order')
    }
    if (timestamp > time) above = { number, timestamp }
    else below = { number, timestamp }
  }
  return below === undefined ? unavailable(`no block up to ${time} was found`) : { status: 'ok', value: below.number }
}

/** As far back as a block per second would need, and twice as far each time that is not enough. */
function guessBelow(above: Point, head: Point, time: bigint, requests: number): bigint {
  const known = head.number - above.number
  const seconds = head.timestamp - above.timestamp
  const missing = above.timestamp - time
  const expected = known > 0n && seconds > 0n ? (missing * known) / seconds + 1n : missing
  const back = expected * 2n ** BigInt(requests)
  return above.number > back ? above.number - back : 0n
}

/** Where time would fall if blocks were regular; every second time in the middle, for those that are not. */
function guessBetween(below: Point, above: Point, time: bigint, requests: number): bigint {
  const blocks = above.number - below.number
  const seconds = above.timestamp - below.timestamp
  const step = requests % 2 === 0 ? blocks / 2n : (blocks * (time - below.timestamp)) / seconds
  const inside = step < 1n ? 1n : step >= blocks ? blocks - 1n : step
  return below.number + inside
}

async function timestampOf(client: Client, number: bigint, signal: AbortSignal): Promise<bigint | AnswerFailure> {
  try {
    const params: [`0x${string}`, boolean] = [numberToHex(number), false]
    const block: unknown = await client.request({ method: 'eth_getBlockByNumber', params }, { signal })
    const isBlock = typeof block === 'object' && block !== null
    const [own, timestamp] = isBlock ? [quantity(block, 'number'), quantity(block, 'timestamp')] : []
    if (own === undefined || timestamp === undefined) return unavailable(`the node does not give block ${number}`)
    return own === number ? timestamp : unavailable(`the node answered with block ${own}, not ${number}`)
  } catch (error) {
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}

/** At most 64 bits, as the header has them. */
function quantity(block: object, key: 'number' | 'timestamp'): bigint | undefined {
  const value: unknown = Reflect.get(block, key)
  return typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? BigInt(value) : undefined
}

function unavailable(reason: string): AnswerFailure {
  return { status: 'unavailable', reason }
}
