import { BaseError } from '../../errors/BaseError.ts'

/** A quorum that could not hold what it promises. */
export class InvalidQuorumError extends BaseError {
  override readonly name = 'InvalidQuorumError'
  readonly agree: number
  readonly operators: readonly string[]
  readonly problem: string

  constructor({ agree, operators, problem }: Pick<InvalidQuorumError, 'agree' | 'operators' | 'problem'>) {
    super(`The quorum cannot work: ${problem}.`, {
      facts: { Agree: agree, Operators: operators.length === 0 ? 'none' : operators.join(', ') },
      action: 'Pass nodes of at least `agree` different operators, with `agree` 2 or more.',
    })
    this.agree = agree
    this.operators = operators
    this.problem = problem
  }
}

/** An operator of nodes, and what it said or why it said nothing, in one printable line. */
export type Witness = { readonly operator: string; readonly said: string }

/** Too few operators gave an answer that can be believed. The threshold does not shrink with them. */
export class QuorumNotReachedError extends BaseError {
  override readonly name = 'QuorumNotReachedError'
  readonly method: string
  readonly agree: number
  readonly of: number
  readonly witnesses: readonly string[]

  constructor({
    method,
    agree,
    of,
    witnesses,
  }: Pick<QuorumNotReachedError, 'method' | 'agree' | 'of'> & { readonly witnesses: readonly Witness[] }) {
    super(`Fewer than ${agree} of ${of} operators answered alike.`, {
      facts: { Method: method, ...factsOf(witnesses) },
      action: 'Try again, or add nodes of other operators.',
    })
    this.method = method
    this.agree = agree
    this.of = of
    this.witnesses = linesOf(witnesses)
  }
}

/** Operators contradict each other, and too few agree: somebody lies, or serves another state. */
export class DisputedError extends BaseError {
  override readonly name = 'DisputedError'
  readonly method: string
  readonly agree: number
  /** One line per operator that answered: its name, and what it said (long answers as a digest). */
  readonly witnesses: readonly string[]

  constructor({
    method,
    agree,
    witnesses,
  }: Pick<DisputedError, 'method' | 'agree'> & { readonly witnesses: readonly Witness[] }) {
    super('The nodes contradict each other.', {
      facts: { Method: method, ...factsOf(witnesses) },
      action: 'Believe none of them; try again, and take out the operator that keeps disagreeing.',
    })
    this.method = method
    this.agree = agree
    this.witnesses = linesOf(witnesses)
  }
}

function factsOf(witnesses: readonly Witness[]): Readonly<Record<string, string>> {
  return Object.fromEntries(witnesses.map(({ operator, said }) => [operator, said]))
}

function linesOf(witnesses: readonly Witness[]): readonly string[] {
  return witnesses.map(({ operator, said }) => `${operator}: ${said}`)
}
