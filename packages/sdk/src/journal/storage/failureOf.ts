import type { JournalStorageFailure } from '../JournalErrors.ts'

const failures: Readonly<Record<string, JournalStorageFailure>> = {
  QuotaExceededError: 'no-space',
  NS_ERROR_DOM_QUOTA_REACHED: 'no-space',
  SecurityError: 'no-access',
  InvalidStateError: 'missing',
}

/** Why a browser's storage failed, by the name of what it threw. */
export function failureOf(cause: unknown): JournalStorageFailure {
  const name = typeof cause === 'object' && cause !== null && 'name' in cause ? String(cause.name) : ''
  return Object.hasOwn(failures, name) ? (failures[name] ?? 'failed') : 'failed'
}
