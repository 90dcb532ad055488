import { BaseError } from '@unimargin/sdk'

/** An adapter does not do what adapters do. */
export class NonconformingAdapterError extends BaseError {
  override readonly name = 'NonconformingAdapterError'
  readonly check: string
  /** What is wrong, each with the seed of its world. */
  readonly findings: readonly string[]

  constructor({ check, market, findings }: { check: string; market: string; findings: readonly string[] }) {
    const shown = findings.slice(0, MOST_SHOWN)
    super(`The adapter of ${market} fails the check "${check}".`, {
      facts: {
        ...Object.fromEntries(shown.map((finding, index) => [`${index + 1}`, finding])),
        More: findings.length > shown.length ? findings.length - shown.length : undefined,
      },
      action: 'Mend the adapter; pass the seed that is named as the `seed` of the fixture, to begin with that world.',
    })
    this.check = check
    this.findings = findings
  }
}

const MOST_SHOWN = 5

/** A position names a rule that its adapter does not have, so that nobody can judge it. */
export class UnknownRuleError extends BaseError {
  override readonly name = 'UnknownRuleError'
  readonly rule: string

  constructor(rule: string) {
    super('A position names a liquidation rule that its adapter does not have.', {
      facts: { Rule: rule },
      action: 'Put every rule that positions name into `rules` of the adapter, under its key.',
    })
    this.rule = rule
  }
}

/** Nothing can be picked out of nothing. */
export class NothingToPickError extends BaseError {
  override readonly name = 'NothingToPickError'

  constructor() {
    super('There is nothing to pick from.', { action: 'Pass a list with something in it.' })
  }
}

/** A world cannot be read at all, so that nothing can be checked. */
export class UnusableWorldError extends BaseError {
  override readonly name = 'UnusableWorldError'
  readonly seed: number
  readonly reason: string

  constructor({ seed, reason }: { readonly seed: number; readonly reason: string }) {
    super('A world of the fixture cannot be used.', {
      facts: { Seed: seed, Reason: reason },
      action: 'Let the fixture answer whatever the adapter reads, with at least two owners.',
    })
    this.seed = seed
    this.reason = reason
  }
}
