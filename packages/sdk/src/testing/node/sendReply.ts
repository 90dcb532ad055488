import type { ServerResponse } from 'node:http'
import type { WireReply } from '../rpc/Wire.ts'
import { pause } from './pause.ts'

/**
 * Sends a reply in the way in which it is told to travel. Ends when the reply is sent, when it is cut, or when the signal
 * ends it; a stall lasts until then. Never rejects.
 */
export async function sendReply(response: ServerResponse, reply: WireReply, signal: AbortSignal): Promise<void> {
  const { status, headers, delivery } = reply
  const { delay, cutAfter, then: ending = 'end', drip } = delivery
  if (delay !== undefined) await pause(signal, delay)
  if (cutAfter === 0 && ending === 'stall') await pause(signal)
  if (signal.aborted) return
  if (cutAfter === 0 && ending === 'reset') return reset(response)

  const whole = Buffer.from(reply.body, 'utf8')
  const bytes = whole.subarray(0, cutAfter ?? whole.length)
  const isBroken = cutAfter !== undefined && ending !== 'end'
  response.writeHead(status, {
    ...ANY_PAGE,
    ...lengthHeader(reply, whole.length),
    ...headers,
    ...(isBroken ? {} : LAST),
  })
  response.flushHeaders()
  await sendPieces(response, bytes, drip, signal)
  if (signal.aborted) return
  if (cutAfter === undefined || ending === 'end') return endEarly(response)
  if (ending === 'reset') return reset(response)
  await pause(signal)
}

/** As public nodes have it: a page of any origin may ask, and read what it is answered. */
export const ANY_PAGE = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': '*',
}

/**
 * One connection for each request: a client that keeps them would meet one fault in the place of another. Not where the
 * body breaks off: Node's `fetch` takes the end of a connection that is said to be the last for the end of the body.
 */
const LAST = { connection: 'close' }

/** As nodes send it, unless the body is cut. */
function lengthHeader({ status, delivery }: WireReply, length: number): Readonly<Record<string, string>> {
  return delivery.cutAfter === undefined && status !== 204 ? { 'content-length': String(length) } : {}
}

async function sendPieces(
  response: ServerResponse,
  bytes: Buffer,
  drip: WireReply['delivery']['drip'],
  signal: AbortSignal,
): Promise<void> {
  const size = Math.max(1, drip?.bytes ?? bytes.length)
  for (let sent = 0; sent < bytes.length && !signal.aborted; sent += size) {
    if (sent > 0) await pause(signal, drip?.every ?? 0)
    if (!signal.aborted) await written(response, bytes.subarray(sent, sent + size), signal)
  }
}

/** Until the kernel has the bytes, so that a reset comes after them; or until nobody wants them. */
function written(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
    response.write(bytes, end)
  })
}

/** Where the length was promised and is not kept, the connection goes down: there is nothing more to come. */
function endEarly(response: ServerResponse): void {
  const { socket } = response
  response.end(() => socket?.destroySoon())
}

function reset({ socket }: ServerResponse): void {
  socket?.resetAndDestroy()
}
