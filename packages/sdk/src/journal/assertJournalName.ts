import { InvalidJournalNameError } from './JournalErrors.ts'

/** Refuses names that could lead anywhere else than to a journal. @throws InvalidJournalNameError */
export function assertJournalName(name: string): void {
  if (!/^[\w.-]{1,100}$/.test(name) || /^\.+$/.test(name)) throw new InvalidJournalNameError(name)
}
