/**
 * How much a storage keeps once an append has resolved: nothing beyond this process, what survives the death of the process or
 * the tab, or what survives a power cut as well.
 */
export type JournalDurability = 'none' | 'process' | 'disk'

/** How long to wait for a journal that somebody else holds. */
export type JournalLockOptions = {
  /** Milliseconds; 0 is not to wait for anybody who is alive. */
  readonly wait: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Where a journal is kept: text that only grows. What it says is nobody's business here. Write one for another place to keep
 * journals in, e.g. React Native's.
 */
export type JournalStorage = {
  readonly durability: JournalDurability
  /**
   * Gets the journal for oneself, in all processes and tabs.
   *
   * @throws JournalLockedError when somebody else holds it.
   * @throws JournalStorageError when the storage fails.
   */
  readonly lock: (options: JournalLockOptions) => Promise<JournalWriter>
}

/** A journal's text, in the hands of the only one who may write it. Operations are not to overlap. */
export type JournalWriter = {
  /** The whole text, a character a byte. */
  readonly read: () => Promise<string>
  /**
   * Adds at the end. When it resolves, the text is there for whoever takes the lock next. When it rejects, it may be there after a
   * crash, but is not followed by anything; the next append puts that right first.
   *
   * @throws JournalStorageError
   * @throws JournalLockLostError when another has the journal by now.
   */
  readonly append: (text: string) => Promise<void>
  /** Puts other text in the place of all, wholly or not at all. Throws what `append` does. */
  readonly replace: (text: string) => Promise<void>
  /** Keeps a copy of a damaged text, for people to look into. Throws what `append` does. */
  readonly setAside: (text: string) => Promise<void>
  /** Lets others have it. Never rejects. */
  readonly release: () => Promise<void>
  /** Fires when another took the journal over, because nobody had seen this one alive. */
  readonly lost: AbortSignal
}
