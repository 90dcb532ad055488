import { BaseError } from '../errors/BaseError.ts'

/** A part of the client's configuration is not what it should be. */
export class InvalidConfigError extends BaseError {
  override readonly name = 'InvalidConfigError'
  /** Where, e.g. `routers[0].eid`. */
  readonly path: string

  constructor({ path, problem }: { readonly path: string; readonly problem: string }) {
    super('The configuration of the margin client is invalid.', {
      facts: { At: path, Problem: problem },
      action: 'Correct this part of what `createMarginClient` is given.',
    })
    this.path = path
  }
}

/** A chain was configured without a way to reach it. */
export class MissingTransportError extends BaseError {
  override readonly name = 'MissingTransportError'
  readonly chainId: number

  constructor(chainId: number) {
    super(`Chain ${chainId} has no transport.`, {
      action: `Pass one by its chain id: \`transports: { [${chainId}]: http(url) }\`.`,
    })
    this.chainId = chainId
  }
}

/** Two adapters claim the same market: its positions would count twice. */
export class DuplicateMarketError extends BaseError {
  override readonly name = 'DuplicateMarketError'
  readonly market: string

  constructor(market: string) {
    super('Two adapters are for the same market.', {
      facts: { Market: market },
      action: 'Pass one adapter per market.',
    })
    this.market = market
  }
}

/** Thresholds that would call a position safe that is being liquidated, or that are the wrong way round. */
export class InvalidThresholdsError extends BaseError {
  override readonly name = 'InvalidThresholdsError'
  readonly atRisk: bigint
  readonly watch: bigint

  constructor({ atRisk, watch }: Pick<InvalidThresholdsError, 'atRisk' | 'watch'>) {
    super('The thresholds of the verdict make no sense.', {
      facts: { 'At risk': atRisk, Watch: watch },
      action: 'Pass health factors in WAD (1e18 is 1) with 1 ≤ `atRisk` ≤ `watch`.',
    })
    this.atRisk = atRisk
    this.watch = watch
  }
}
