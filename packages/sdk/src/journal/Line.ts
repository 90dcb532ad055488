import { crc32c } from './crc32c.ts'

/**
 * The lines of a journal: `<length> <checksum> <body>\n`, both of eight hex digits. The checksum is over the checksum of the line
 * before, the length and the body: no line can be missing, doubled or moved. Printable ASCII only, so that a character is a byte.
 */

/** What the next line is chained to: how many lines there are, and the checksum of the last. */
export type Chain = { readonly count: number; readonly sum: string }

/** A line that was read: its body, and at which byte it begins. */
export type ReadLine = { readonly body: string; readonly offset: number }

/** What a text holds. */
export type Reading = {
  /** All whole lines from the beginning. */
  readonly lines: readonly ReadLine[]
  readonly chain: Chain
  /** What is to stand in the storage for these lines; other than the text where its tail is torn. */
  readonly prefix: string
  /** Where the text stops to be a journal without being torn there: damage. */
  readonly damage: { readonly offset: number; readonly reason: string } | undefined
}

/** Before the first line. */
export const START: Chain = { count: 0, sum: '00000000' }

const HEAD = 18
const WHOLE_HEAD = /^([0-9a-f]{8}) ([0-9a-f]{8}) $/
const TORN_HEAD = /^[0-9a-f]{0,8}$|^[0-9a-f]{8} [0-9a-f]{0,8}$/
const PRINTABLE = /^[\x20-\x7e]*$/

/** Writes a body as the next line. Characters other than printable ASCII become the escapes that JSON has for them. */
export function write(body: string, before: Chain): { readonly text: string; readonly chain: Chain } {
  const ascii = body.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const length = hex(ascii.length)
  const sum = sumOf(before, length, ascii)
  return { text: `${length} ${sum} ${ascii}\n`, chain: { count: before.count + 1, sum } }
}

/**
 * Reads the lines of a text up to its end, to where it is torn, or to where it is damaged.
 *
 * Torn is what an append leaves that was cut off: the beginning of one line, without its end, and perhaps zeros where a file had
 * grown already. It was never promised to anybody, so it is left out. Everything else that is no line is damage, also in the last
 * line: that one was promised.
 */
export function read(text: string): Reading {
  const lines: ReadLine[] = []
  let chain = START
  let offset = 0
  const end = (damage?: string, at = offset): Reading => ({
    lines,
    chain,
    prefix: text.slice(0, offset),
    damage: damage === undefined ? undefined : { offset: at, reason: damage },
  })
  while (offset < text.length) {
    const [, length = '', sum = ''] = WHOLE_HEAD.exec(text.slice(offset, offset + HEAD)) ?? []
    const close = offset + HEAD + Number.parseInt(length, 16)
    const body = text.slice(offset + HEAD, close)
    const isWhole = length !== '' && close <= text.length && PRINTABLE.test(body) && sumOf(chain, length, body) === sum
    if (!isWhole) return isTorn(text.slice(offset)) ? end() : end('no line with this checksum follows here')
    lines.push({ body, offset })
    chain = { count: chain.count + 1, sum }
    if (text[close] !== '\n') {
      // Whole but for its end: nothing of it is missing.
      const isEnd = withoutZeros(text.slice(close)) === ''
      const prefix = `${text.slice(0, close)}\n`
      return isEnd ? { ...end(), prefix } : { ...end('the line does not end where it should', close), prefix }
    }
    offset = close + 1
  }
  return end()
}

function isTorn(text: string): boolean {
  const tail = withoutZeros(text)
  if (TORN_HEAD.test(tail)) return true
  const [, length = ''] = WHOLE_HEAD.exec(tail.slice(0, HEAD)) ?? []
  return length !== '' && PRINTABLE.test(tail) && tail.length - HEAD < Number.parseInt(length, 16)
}

function withoutZeros(text: string): string {
  let length = text.length
  while (length > 0 && text.charCodeAt(length - 1) === 0) length -= 1
  return text.slice(0, length)
}

function sumOf(before: Chain, length: string, body: string): string {
  return hex(crc32c(`${before.sum}${length}${body}`))
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
