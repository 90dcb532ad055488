export { type GetMarginViewParameters, getMarginView } from './actions/getMarginView.ts'
export { NoOwnerError } from './actions/NoOwnerError.ts'
export type { OwnersParameter } from './actions/parseOwners.ts'
export type { Cut } from './actions/readChains.ts'
export type {
  ChainTrouble,
  MarginWatch,
  MarginWatchEvents,
  MarginWatchPayloads,
  WatchedAccount,
} from './actions/watch/MarginWatch.ts'
export {
  DuplicateAccountError,
  ListenerError,
  WatchClosedError,
} from './actions/watch/WatchErrors.ts'
export { type AccountParameter, type WatchMarginViewParameters, watchMarginView } from './actions/watchMarginView.ts'
export type * from './adapter/Lending.ts'
export * from './adapter/MarginContext.ts'
export * from './adapter/ProtocolAdapter.ts'
export { ClientClosedError } from './client/ClientClosedError.ts'
export {
  DuplicateMarketError,
  InvalidConfigError,
  InvalidThresholdsError,
  MissingTransportError,
} from './client/ConfigErrors.ts'
export { createMarginClient, type MarginClient } from './client/createMarginClient.ts'
export { type ClosableContext, createMarginContext } from './client/createMarginContext.ts'
export type { MarginClientConfig } from './client/MarginClientConfig.ts'
export type { MarginActions } from './client/marginActions.ts'
export type { MarginEventSource, MarginEvents, MarginListener } from './client/marginEvents.ts'
export { AbortedError } from './errors/AbortedError.ts'
export { BaseError, isUnimarginError } from './errors/BaseError.ts'
export { InvalidAddressError } from './errors/InvalidAddressError.ts'
export { InvalidTimeoutError } from './errors/InvalidTimeoutError.ts'
export { RequestTimeoutError } from './errors/RequestTimeoutError.ts'
export { reasonOf } from './errors/reasonOf.ts'
export { redact } from './errors/redact.ts'
export { UnknownChainError } from './errors/UnknownChainError.ts'
export {
  type CreateJournalParameters,
  createJournal,
  type Journal,
  type JournalPage,
  type WatchJournalOptions,
} from './journal/createJournal.ts'
export * from './journal/JournalErrors.ts'
export type * from './journal/JournalRecord.ts'
export type * from './journal/JournalStorage.ts'
export type { WebLocks } from './journal/lock/heldByWebLock.ts'
export {
  type IndexedDbJournalStorageOptions,
  indexedDbJournalStorage,
} from './journal/storage/indexedDbJournalStorage.ts'
export { type MemoryJournalStorage, memoryJournalStorage } from './journal/storage/memoryJournalStorage.ts'
export {
  type WebJournalStorageOptions,
  type WebStorage,
  webJournalStorage,
} from './journal/storage/webJournalStorage.ts'
export * from './model/Asset.ts'
export { assetLabels } from './model/assetLabels.ts'
export * from './model/Block.ts'
export * from './model/DataIssue.ts'
export type * from './model/Details.ts'
export * from './model/Flag.ts'
export * from './model/Health.ts'
export * from './model/Hex.ts'
export * from './model/Leg.ts'
export * from './model/MarginView.ts'
export * from './model/Market.ts'
export * from './model/Position.ts'
export type * from './model/PositionChange.ts'
export * from './model/Quantity.ts'
export * from './model/ReadResult.ts'
export * from './model/Route.ts'
export * from './model/SequencerFeed.ts'
export { SerializationError } from './model/SerializationError.ts'
export { deserialize, serialize } from './model/serialize.ts'
export type * from './model/UnitOfAccount.ts'
export { AuthorizationLeftError } from './moves/AuthorizationLeftError.ts'
export { completeMove, type GrantSignatures } from './moves/completeMove.ts'
export type { DirectCall } from './moves/direct/DirectCalls.ts'
export * from './moves/direct/DirectErrors.ts'
export type { DirectPlan, DirectRisk } from './moves/direct/DirectPlan.ts'
export type { DirectQuote } from './moves/direct/DirectQuote.ts'
export type { ArrivalStep, DirectArrival, DirectReceived, DirectStep, DirectTrail } from './moves/direct/DirectTrail.ts'
export { type GetDirectQuoteParameters, getDirectQuote } from './moves/direct/getDirectQuote.ts'
export type { DirectMove, PreparedArrival, PreparedDirectMove } from './moves/direct/PreparedDirect.ts'
export { planDirectMove } from './moves/direct/planDirectMove.ts'
export { type PrepareArrivalParameters, prepareArrival } from './moves/direct/prepareArrival.ts'
export { type PrepareDirectMoveParameters, prepareDirectMove } from './moves/direct/prepareDirectMove.ts'
export { restoreDirectMove } from './moves/direct/restoreDirectMove.ts'
export { type SendArrivalParameters, sendArrival } from './moves/direct/sendArrival.ts'
export { type SendDirectMoveParameters, sendDirectMove } from './moves/direct/sendDirectMove.ts'
export {
  type ExecutionOfParameters,
  executionOf,
  type StepCalls,
  type StepExecution,
} from './moves/executionOf.ts'
export { explainPlan } from './moves/explainPlan.ts'
export * from './moves/find/FindErrors.ts'
export { type FindMoveByGuid, type FindMoveByHash, type FindMoveParameters, findMove } from './moves/findMove.ts'
export { collateralRouterAbi } from './moves/generated/collateralRouterAbi.ts'
export { type GetMoveQuoteParameters, getMoveQuote } from './moves/getMoveQuote.ts'
export { type GetMoveStatusParameters, getMoveStatus } from './moves/getMoveStatus.ts'
export { type LayerZeroScanOptions, layerZeroScan } from './moves/layerZeroScan.ts'
export * from './moves/MoveErrors.ts'
export * from './moves/MoveGas.ts'
export type * from './moves/MoveIntent.ts'
export type * from './moves/MovePlan.ts'
export type * from './moves/MoveQuote.ts'
export type * from './moves/MoveStatus.ts'
export { moveHints } from './moves/moveHints.ts'
export { NoLendingError } from './moves/NoLendingError.ts'
export * from './moves/ParkedErrors.ts'
export * from './moves/PlanErrors.ts'
export { InvalidMoveError, parseMove, parseMoveQuote, parsePreparedMove } from './moves/parseMove.ts'
export type * from './moves/plan/MarginPlan.ts'
export * from './moves/plan/PlanMovesErrors.ts'
export type * from './moves/plan/PlanMovesParameters.ts'
export { type PlanMoveParameters, planMove } from './moves/planMove.ts'
export { planMoves } from './moves/planMoves.ts'
export { prepareClaim } from './moves/prepareClaim.ts'
export { type PrepareMoveParameters, prepareMove } from './moves/prepareMove.ts'
export type { ParkedParameters } from './moves/prepareParked.ts'
export { prepareRetry } from './moves/prepareRetry.ts'
export { type MarginProjection, type ProjectViewParameters, projectView } from './moves/projectView.ts'
export type { DataFeeModel } from './moves/quote/DataFee.ts'
export * from './moves/quote/QuoteErrors.ts'
export type * from './moves/quote/Simulation.ts'
export * from './moves/ResumeErrors.ts'
export * as Revert from './moves/Revert.ts'
export { type RecoverParameters, recover } from './moves/recover.ts'
export { type RecoverableParameters, recoverable } from './moves/recoverable.ts'
export type * from './moves/resume/ResumedMove.ts'
export type { ResumeMovesParameters } from './moves/resume/ResumeMovesParameters.ts'
export { resumeMoves } from './moves/resumeMoves.ts'
export { type GetRouteLimitsParameters, getRouteLimits, type RouteLimits } from './moves/route/getRouteLimits.ts'
export { type GradeRouteParameters, gradeRoute } from './moves/route/gradeRoute.ts'
export * from './moves/route/RouteErrors.ts'
export type * from './moves/route/RouteGrade.ts'
export type {
  AcceptableRouteReason,
  RouteReason,
  RouteReasonKind,
  RouteSideName,
} from './moves/route/RouteReason.ts'
export { type RouteOffersParameters, type RouteTerms, type RouteWay, routeOffers } from './moves/routeOffers.ts'
export * from './moves/SigningErrors.ts'
export type { MoveStep } from './moves/send/Sender.ts'
export { type MoveWallet, type SendMoveParameters, sendMove } from './moves/sendMove.ts'
export { type SendMoveAtOnceParameters, sendMoveAtOnce } from './moves/sendMoveAtOnce.ts'
export type { Attestations } from './moves/track/Evidence.ts'
export type { HintedLook, HintReader } from './moves/track/HintReader.ts'
export type { MessageScan, MessageSource } from './moves/track/MessageScan.ts'
export { isTerminal, MOVE_STATES, type MoveRemoval, type MoveState } from './moves/track/MoveState.ts'
export type * from './moves/track/Recovery.ts'
export * as MoveTransitions from './moves/track/Transitions.ts'
export { type WatchMoveParameters, watchMove } from './moves/watchMove.ts'
export { type WithRecoveryParameters, withRecovery } from './moves/withRecovery.ts'
export {
  type GetSnapshotParameters,
  getSnapshot,
  type Snapshot,
  type SnapshotResults,
} from './reads/getSnapshot.ts'
export { createMetadataCache, type MetadataCache, type MetadataEntry } from './reads/MetadataCache.ts'
export * as Read from './reads/Read.ts'
export { createReadHistory, type ReadHistory } from './reads/ReadHistory.ts'
export { type LatestRound, readLatestRound } from './reads/readLatestRound.ts'
export { type BlockChoice, MULTICALL3 } from './reads/requestCalls.ts'
export { type Guarded, type GuardOptions, guarded } from './reads/transport/guarded.ts'
export * from './reads/transport/QuorumErrors.ts'
export type { QuorumValue } from './reads/transport/QuorumValue.ts'
export { type QuorumOptions, type QuorumTransport, quorum } from './reads/transport/quorum.ts'
export * from './reads/transport/TransportErrors.ts'
export { DEFAULT_TIMEOUT, type DeadlineOptions } from './reads/withDeadline.ts'
export * as AccountHealth from './risk/AccountHealth.ts'
export type { CorrelatedAssets } from './risk/AssetGroups.ts'
export { accountLeverage } from './risk/accountLeverage.ts'
export { bufferOf, type MarginBuffer } from './risk/bufferOf.ts'
export type * from './risk/Change.ts'
export * from './risk/DirectionErrors.ts'
export * as Dollars from './risk/Dollars.ts'
export { type Deleverage, deleverage } from './risk/deleverage.ts'
export * as Exact from './risk/Exact.ts'
export {
  type FallToLiquidation,
  type FallToLiquidationParameters,
  fallToLiquidation,
} from './risk/fallToLiquidation.ts'
export { type FoundLoops, findLoops, type Loop } from './risk/findLoops.ts'
export type { HeadroomLimit } from './risk/headroom/HeadroomLimit.ts'
export { type Headroom, type HeadroomParameters, headroom } from './risk/headroom.ts'
export { InvalidParameterError } from './risk/InvalidParameterError.ts'
export type { Leverage, LeverageOptions } from './risk/Leverage.ts'
export type * from './risk/Liquidation.ts'
export * from './risk/LiquidationRule.ts'
export type { LeverParameters, LeverTarget } from './risk/lever/Trade.ts'
export { leverageOf } from './risk/leverageOf.ts'
export { type LeverUp, leverUp } from './risk/leverUp.ts'
export { type LegAmount, liquidationCost } from './risk/liquidationCost.ts'
export {
  type LadderRung,
  type LiquidationLadderParameters,
  liquidationLadder,
} from './risk/liquidationLadder.ts'
export {
  type LiquidationPrice,
  type LiquidationPricesParameters,
  liquidationPrices,
  type PriceBoundary,
} from './risk/liquidationPrices.ts'
export { type LoopLeverage, loopLeverage } from './risk/loopLeverage.ts'
export { NoLiquidationModelError } from './risk/NoLiquidationModelError.ts'
export { OverlappingGroupsError } from './risk/OverlappingGroupsError.ts'
export * as PositionHealth from './risk/PositionHealth.ts'
export type * from './risk/RiskAdapter.ts'
export {
  InvalidChangeError,
  NoEModeError,
  NoLiabilityWeightError,
  PriceOutOfRangeError,
  UnlistedAssetError,
  UnlistedMarketError,
} from './risk/RiskErrors.ts'
export type * from './risk/Shock.ts'
export { selectAssets } from './risk/selectAssets.ts'
export { shockOf } from './risk/shockOf.ts'
export { type SimulateLiquidationParameters, simulateLiquidation } from './risk/simulateLiquidation.ts'
export * as ToHealth from './risk/ToHealth.ts'
export * as ToLeverage from './risk/ToLeverage.ts'
export { totals } from './risk/Totals.ts'
export {
  type TimeToLiquidation,
  type TimeToLiquidationParameters,
  timeToLiquidation,
} from './risk/timeToLiquidation.ts'
export * as UniformFall from './risk/UniformFall.ts'
export { DEFAULT_THRESHOLDS, verdict, verdictOf } from './risk/Verdict.ts'
export type * from './risk/WhatIfView.ts'
export { type WhatIfParameters, whatIf } from './risk/whatIf.ts'
export * as Amount from './units/Amount.ts'
export * as Bps from './units/Bps.ts'
export * as Decimal from './units/Decimal.ts'
export { DivisionByZeroError } from './units/DivisionByZeroError.ts'
export { InvalidDecimalError } from './units/InvalidDecimalError.ts'
export * as MulDiv from './units/MulDiv.ts'
export { OutOfRangeError } from './units/OutOfRangeError.ts'
export * as Ray from './units/Ray.ts'
export * as Usd from './units/Usd.ts'
export * as Wad from './units/Wad.ts'
