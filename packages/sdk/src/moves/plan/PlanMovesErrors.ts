import { BaseError } from '../../errors/BaseError.ts'

/** A number among the parameters of a plan that nothing can be planned with. */
export class InvalidPlanParameterError extends BaseError {
  override readonly name = 'InvalidPlanParameterError'
  /** Where it is, e.g. `routes[2].fee`. */
  readonly field: string
  readonly value: bigint | number

  constructor({
    field,
    value,
    least,
    most,
  }: {
    readonly field: string
    readonly value: bigint | number
    readonly least: bigint
    readonly most?: bigint | undefined
  }) {
    super(`\`${field}\` is out of range.`, {
      facts: { Value: value, Least: least, Most: most },
      action: `Pass a whole number within these bounds as \`${field}\`: shares, factors and dollars are WAD, amounts base units.`,
    })
    this.field = field
    this.value = value
  }
}

/** Two offers of one route between the same two assets: nobody could tell which of them is meant. */
export class DuplicateRouteOfferError extends BaseError {
  override readonly name = 'DuplicateRouteOfferError'
  readonly route: string

  constructor(route: string, source: number, destination: number) {
    super('A route is offered twice between the same assets.', {
      facts: { Route: route, From: source, To: destination },
      action: 'Pass each offer once, or give different ways different keys.',
    })
    this.route = route
  }
}

/** Two scenarios bear one name, or one bears that of the view's own prices. */
export class DuplicateScenarioError extends BaseError {
  override readonly name = 'DuplicateScenarioError'
  readonly scenario: string

  constructor(scenario: string) {
    super('The name of a scenario is taken.', {
      facts: { Scenario: scenario },
      action: "Give each scenario a name of its own, other than `now`, which is that of the view's own prices.",
    })
    this.scenario = scenario
  }
}

/** Nobody said what a transaction costs on a chain where moves could begin or end. */
export class MissingChainCostsError extends BaseError {
  override readonly name = 'MissingChainCostsError'
  readonly chainId: number

  constructor(chainId: number) {
    super('The costs of a chain that a move could use are missing.', {
      facts: { Chain: chainId },
      action: `Pass \`costs.chains[${chainId}]\`, or leave the positions there out by \`donors\` and \`targets\`.`,
    })
    this.chainId = chainId
  }
}

/** The search ended before it found any plan, and before it could tell that there is none. */
export class EffortExhaustedError extends BaseError {
  override readonly name = 'EffortExhaustedError'
  readonly effort: number

  constructor(effort: number) {
    super('No plan was found with this effort, and it was not shown that there is none.', {
      facts: { Effort: effort },
      action: 'Pass a larger `effort`, or fewer donors or routes.',
    })
    this.effort = effort
  }
}

/** A plan does something that these parameters do not allow. */
export class ForeignPlanError extends BaseError {
  override readonly name = 'ForeignPlanError'
  /** Id of the candidate. */
  readonly candidate: string

  constructor(candidate: string) {
    super('The plan was not made of these parameters.', {
      facts: { Step: candidate },
      action: 'Pass the parameters that `planMoves` was given, with the same view.',
    })
    this.candidate = candidate
  }
}
