/** Whether a person refused: then nothing went out. */
export { isRefused as isRefusal } from '../send/failUnsent.ts'

/** The code of a wallet's error, wherever viem has put it. */
export function walletCode(error: unknown): number | undefined {
  let cause = error
  for (let depth = 0; depth < 8 && typeof cause === 'object' && cause !== null; depth += 1) {
    const code: unknown = Reflect.get(cause, 'code')
    if (typeof code === 'number') return code
    cause = Reflect.get(cause, 'cause')
  }
  return undefined
}
