import { AnswerTooLargeError } from './TransportErrors.ts'

/**
 * The whole body of a response, at most so many bytes of it. Where bodies are no streams (React Native) the announced
 * length is all that can be checked before it is read.
 *
 * @throws AnswerTooLargeError; the connection is given up then.
 */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await cancel(response)
    throw new AnswerTooLargeError(maxBytes)
  }
  if (typeof response.body?.getReader !== 'function') {
    const text = await response.text()
    // At most three bytes per UTF-16 unit: cheaper than to encode it again, and never too lax by more than that.
    if (text.length > maxBytes) throw new AnswerTooLargeError(maxBytes)
    return text
  }
  const reader = response.body.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parts: string[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return parts.join('') + decoder.decode()
    size += value.byteLength
    if (size > maxBytes) {
      // Not awaited: a stream need not hear that nobody reads it any more.
      reader.cancel().catch(() => {})
      throw new AnswerTooLargeError(maxBytes)
    }
    parts.push(decoder.decode(value, { stream: true }))
  }
}

/** Closes the connection of a response whose body nobody wants. */
export async function cancel(response: Response): Promise<void> {
  try {
    void response.body?.cancel().catch(() => {})
  } catch {
    // It is being read, or closed already.
  }
}
