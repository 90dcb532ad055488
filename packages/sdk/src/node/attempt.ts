import { isUnimarginError } from '../errors/BaseError.ts'
import { type JournalOperation, JournalStorageError, type JournalStorageFailure } from '../journal/JournalErrors.ts'

const failures: Readonly<Record<string, JournalStorageFailure>> = {
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EFBIG: 'no-space',
  EACCES: 'no-access',
  EPERM: 'no-access',
  EROFS: 'no-access',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
}

/** The code that Node gives a failed call. */
export function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
}

/** Runs a part of an operation; what the disk throws becomes an error with its reason. */
export async function attempt<value>(operation: JournalOperation, run: () => Promise<value>): Promise<value> {
  try {
    return await run()
  } catch (cause) {
    if (isUnimarginError(cause)) throw cause
    const code = codeOf(cause)
    const failure = Object.hasOwn(failures, code) ? failures[code] : undefined
    throw new JournalStorageError(operation, failure ?? 'failed', cause)
  }
}
