import { describe, expect, test } from 'vitest'

/** The names that a module gives at run time, those inside its namespaces as well. */
async function namesOf(specifier: string): Promise<readonly string[]> {
  const exported: Record<string, unknown> = await import(specifier)
  return Object.entries(exported)
    .flatMap(([name, value]) => (isNamespace(value) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name]))
    .sort()
}

function isNamespace(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Module]'
}

describe('exports', () => {
  test('@unimargin/sdk', async () => {
    expect(await namesOf('@unimargin/sdk')).toMatchInlineSnapshot(`
      [
        "APPROVE_GAS",
        "AbortedError",
        "AccountHealth.aggregate",
        "AccountHealth.weakest",
        "AllowanceLeftError",
        "AmbiguousAssetError",
        "AmbiguousDirectionError",
        "Amount.format",
        "Amount.parse",
        "Amount.scaleDown",
        "Amount.scaleUp",
        "AmountAbovePositionError",
        "AnswerTooLargeError",
        "ArrivalRefusedError",
        "AuthorizationLeftError",
        "BaseError",
        "BatchFailedError",
        "Bps.BPS",
        "Bps.fromWadDown",
        "Bps.fromWadUp",
        "Bps.mulDown",
        "Bps.mulHalfUp",
        "Bps.mulUp",
        "Bps.toWad",
        "CallRevertedError",
        "CalldataMismatchError",
        "ChainUnavailableError",
        "ClientClosedError",
        "DEFAULT_THRESHOLDS",
        "DEFAULT_TIMEOUT",
        "DELIVERY_GAS",
        "Decimal.MAX_DECIMALS",
        "Decimal.format",
        "Decimal.formatDown",
        "Decimal.parse",
        "Decimal.unit",
        "DisputedError",
        "DivisionByZeroError",
        "Dollars.valueDown",
        "Dollars.valueUp",
        "DoubtfulViewError",
        "DuplicateAccountError",
        "DuplicateMarketError",
        "DuplicateRouteOfferError",
        "DuplicateScenarioError",
        "EffortExhaustedError",
        "Exact.priceOf",
        "Exact.sharesOf",
        "Exact.toWad",
        "ExpiredDeadlineError",
        "ExpiredQuoteError",
        "FLAG_KINDS",
        "FeeRoseError",
        "FloorBrokenError",
        "ForeignChainError",
        "ForeignMoveError",
        "ForeignPlanError",
        "GAS_MARGIN",
        "GRANT_GAS",
        "HttpStatusError",
        "InsufficientCollateralError",
        "InsufficientFundsError",
        "InvalidAddressError",
        "InvalidAmountError",
        "InvalidArrivalTimeError",
        "InvalidChangeError",
        "InvalidConfigError",
        "InvalidDeadlineError",
        "InvalidDecimalError",
        "InvalidHealthFactorError",
        "InvalidJournalNameError",
        "InvalidJournalPageError",
        "InvalidJournalRecordError",
        "InvalidMoveError",
        "InvalidMoveIdError",
        "InvalidMoveReferenceError",
        "InvalidParameterError",
        "InvalidPlanParameterError",
        "InvalidQuorumError",
        "InvalidSignatureError",
        "InvalidSlopeError",
        "InvalidThresholdsError",
        "InvalidTimeoutError",
        "JournalClosedError",
        "JournalDamagedError",
        "JournalLockLostError",
        "JournalLockedError",
        "JournalStorageError",
        "JournalVersionError",
        "ListenerError",
        "MOST_HEALTH_FACTOR",
        "MOVE_STATES",
        "MULTICALL3",
        "MalformedAnswerError",
        "MissingChainCostsError",
        "MissingTransportError",
        "MoveAlreadyRecordedError",
        "MoveAlreadySentError",
        "MoveNotFoundError",
        "MoveNotRecordedError",
        "MoveTransitions.ENDS",
        "MoveTransitions.FORWARD",
        "MoveTransitions.UNDONE",
        "MoveTransitions.between",
        "MoveTransitions.kindOf",
        "MulDiv.MAX_OPERAND",
        "MulDiv.down",
        "MulDiv.halfUp",
        "MulDiv.up",
        "NoEModeError",
        "NoGoalError",
        "NoLendingError",
        "NoLiabilityWeightError",
        "NoLiquidationModelError",
        "NoMoveInTransactionError",
        "NoOwnerError",
        "NoWalletError",
        "NodeUnreachableError",
        "NotArrivedError",
        "NotDirectError",
        "NotIncludedError",
        "NotOwnerError",
        "NotParkedError",
        "NothingToMoveError",
        "NothingToRepayError",
        "OffchainLookupError",
        "OutOfRangeError",
        "OverlappingGroupsError",
        "OwnersDifferError",
        "PendingBatchError",
        "PendingStepError",
        "PendingTransactionsError",
        "PermitUnavailableError",
        "PositionHealth.assess",
        "PriceOutOfRangeError",
        "QuorumNotReachedError",
        "Ray.RAY",
        "Ray.divDown",
        "Ray.divHalfUp",
        "Ray.divUp",
        "Ray.mulDown",
        "Ray.mulHalfUp",
        "Ray.mulUp",
        "Ray.toWadDown",
        "Ray.toWadUp",
        "Read.all",
        "Read.andThen",
        "Read.call",
        "Read.fail",
        "Read.map",
        "Read.mapEach",
        "Read.settle",
        "Read.succeed",
        "ReceiverRequiredError",
        "RecipientRequiredError",
        "RecoveryRequiredError",
        "RefusedRouteError",
        "ReplacedStepError",
        "RequestTimeoutError",
        "Revert.dataOf",
        "Revert.decode",
        "SEND_GAS",
        "SameChainError",
        "SamePositionError",
        "SerializationError",
        "SeveralMovesError",
        "SpentArrivalError",
        "StaleArrivalError",
        "ToHealth.deleverage",
        "ToHealth.leverUp",
        "ToHealth.liquidation",
        "ToHealth.repay",
        "ToHealth.topUp",
        "ToLeverage.deleverage",
        "ToLeverage.leverUp",
        "TransferFeeTooHighError",
        "UnexpectedRouteError",
        "UniformFall.toLiquidation",
        "UnknownAssetError",
        "UnknownChainError",
        "UnknownEidError",
        "UnknownHealthError",
        "UnknownMarketError",
        "UnknownPositionError",
        "UnknownPriceError",
        "UnknownRouteEndError",
        "UnknownRouteError",
        "UnknownRouterError",
        "UnlistedAssetError",
        "UnlistedMarketError",
        "UnroutedAssetError",
        "UnroutedMarketError",
        "UntrustedRouteError",
        "Usd.amountDown",
        "Usd.amountUp",
        "Usd.format",
        "Usd.valueDown",
        "Usd.valueUp",
        "Wad.WAD",
        "Wad.divDown",
        "Wad.divHalfUp",
        "Wad.divUp",
        "Wad.format",
        "Wad.formatDown",
        "Wad.fromDecimal",
        "Wad.mulDown",
        "Wad.mulHalfUp",
        "Wad.mulUp",
        "WalletFailedError",
        "WatchClosedError",
        "WrongAccountError",
        "WrongChainError",
        "WrongOwnerError",
        "accountLeverage",
        "assetLabels",
        "bufferOf",
        "collateralRouterAbi",
        "completeMove",
        "createJournal",
        "createMarginClient",
        "createMarginContext",
        "createMetadataCache",
        "createReadHistory",
        "deleverage",
        "deserialize",
        "executionOf",
        "explainPlan",
        "fallToLiquidation",
        "findLoops",
        "findMove",
        "getDirectQuote",
        "getMarginView",
        "getMoveQuote",
        "getMoveStatus",
        "getRouteLimits",
        "getSnapshot",
        "gradeRoute",
        "guarded",
        "headroom",
        "indexedDbJournalStorage",
        "isTerminal",
        "isUnimarginError",
        "issueOf",
        "issuesOf",
        "layerZeroScan",
        "leverUp",
        "leverageOf",
        "liquidationCost",
        "liquidationLadder",
        "liquidationPrices",
        "loopLeverage",
        "memoryJournalStorage",
        "moveHints",
        "parseMove",
        "parseMoveQuote",
        "parsePreparedMove",
        "planDirectMove",
        "planMove",
        "planMoves",
        "positionId",
        "prepareArrival",
        "prepareClaim",
        "prepareDirectMove",
        "prepareMove",
        "prepareRetry",
        "projectView",
        "quorum",
        "readLatestRound",
        "reasonOf",
        "recover",
        "recoverable",
        "redact",
        "restoreDirectMove",
        "resumeMoves",
        "routeOffers",
        "selectAssets",
        "sendArrival",
        "sendDirectMove",
        "sendMove",
        "sendMoveAtOnce",
        "serialize",
        "shockOf",
        "simulateLiquidation",
        "timeToLiquidation",
        "totals",
        "unknown",
        "verdict",
        "verdictOf",
        "watchMarginView",
        "watchMove",
        "webJournalStorage",
        "whatIf",
        "withRecovery",
      ]
    `)
  })

  test('@unimargin/adapters/aave-v3', async () => {
    expect(await namesOf('@unimargin/adapters/aave-v3')).toMatchInlineSnapshot(`
      [
        "InvalidHeartbeatError",
        "NoCollateralTokenError",
        "aaveV3",
      ]
    `)
  })

  test('lending, apart from what only shows', async () => {
    const folders = ['aave-v3', 'morpho-blue', 'compound-v3', 'compound-v2']
    const entries = folders.map(async (folder) => [
      folder,
      (await namesOf(`@unimargin/adapters/${folder}/lending`)).join(' '),
    ])
    expect(Object.fromEntries(await Promise.all(entries))).toMatchInlineSnapshot(`
      {
        "aave-v3": "AmountNeededError NoCollateralTokenError NoDebtTokenError ReadWithoutLendingError UnknownReserveError aaveV3Lending",
        "compound-v2": "NoSuchCallError ReadWithoutLendingError compoundV2Lending",
        "compound-v3": "NoSuchCallError NotOfCometError ReadWithoutLendingError compoundV3Lending",
        "morpho-blue": "AmountNeededError ReadWithoutLendingError UnsupportedActionError morphoBlueLending",
      }
    `)
  })

  test('liquidation, apart from both', async () => {
    expect(await namesOf('@unimargin/adapters/aave-v3/liquidation')).toEqual(['aaveV3Liquidation'])
    expect(await namesOf('@unimargin/adapters/morpho-blue/liquidation')).toEqual(['morphoBlueLiquidation'])
    expect(await namesOf('@unimargin/adapters/compound-v3/liquidation')).toEqual(['compoundV3Liquidation'])
    expect(await namesOf('@unimargin/adapters/compound-v2/liquidation')).toEqual(['compoundV2Liquidation'])
  })

  test('@unimargin/adapters/aave-v3/testing', async () => {
    expect(await namesOf('@unimargin/adapters/aave-v3/testing')).toMatchInlineSnapshot(`
      [
        "mockAaveV3",
      ]
    `)
  })

  test('@unimargin/adapters/wallet', async () => {
    expect(await namesOf('@unimargin/adapters/wallet')).toMatchInlineSnapshot(`
      [
        "DuplicateAssetError",
        "NATIVE_COIN",
        "wallet",
      ]
    `)
  })

  test('@unimargin/adapters/wallet/testing', async () => {
    expect(await namesOf('@unimargin/adapters/wallet/testing')).toMatchInlineSnapshot(`
      [
        "mockWallet",
      ]
    `)
  })

  test('@unimargin/adapters/compound-v3', async () => {
    expect(await namesOf('@unimargin/adapters/compound-v3')).toEqual(['InvalidHeartbeatError', 'compoundV3'])
    expect(await namesOf('@unimargin/adapters/compound-v3/testing')).toEqual(['mockCompoundV3'])
  })

  test('@unimargin/adapters/compound-v2', async () => {
    expect(await namesOf('@unimargin/adapters/compound-v2')).toEqual(['UnknownFlavourError', 'compoundV2'])
    expect(await namesOf('@unimargin/adapters/compound-v2/testing')).toEqual(['mockCompoundV2'])
  })

  test('the address book of @unimargin/adapters', async () => {
    const modules = ['aave-v3', 'morpho-blue', 'compound-v3', 'compound-v2', 'wallet'].map(
      (name) => `${name}/addresses`,
    )
    const entries = [...modules, 'aave-v3/contracts', 'chains'].map(async (module) => [
      module,
      (await namesOf(`@unimargin/adapters/${module}`)).join(' '),
    ])
    expect(Object.fromEntries(await Promise.all(entries))).toMatchInlineSnapshot(`
      {
        "aave-v3/addresses": "arbitrum base ink linea mantle metis optimism polygon scroll soneium zksync",
        "aave-v3/contracts": "arbitrum base ink linea mantle metis optimism polygon scroll soneium zksync",
        "chains": "arbitrum base ink linea mantle metis optimism polygon scroll soneium unichain zksync",
        "compound-v2/addresses": "arbitrumVenusCore arbitrumVenusLiquidStakedEth baseMoonwell baseVenusCore optimismMoonwell optimismVenusCore unichainVenusCore zksyncVenusCore",
        "compound-v3/addresses": "arbitrumUsdc arbitrumUsdce arbitrumUsdt arbitrumWeth baseAero baseUsdbc baseUsdc baseUsds baseWeth lineaUsdc lineaWeth mantleUsde optimismUsdc optimismUsdt optimismWeth polygonUsdc polygonUsdt scrollUsdc unichainUsdc unichainWeth",
        "morpho-blue/addresses": "arbitrum base ink linea optimism polygon scroll soneium unichain",
        "wallet/addresses": "arbitrum base ink linea mantle metis optimism polygon scroll soneium unichain zksync",
      }
    `)
  })

  test('@unimargin/adapters/routes', async () => {
    expect(await namesOf('@unimargin/adapters/routes')).toEqual([
      'routeOf',
      'stargateEth',
      'stargateUsdc',
      'stargateUsdt',
      'usdt0',
    ])
  })

  test('@unimargin/adapters/conformance', async () => {
    expect(await namesOf('@unimargin/adapters/conformance')).toMatchInlineSnapshot(`
      [
        "NonconformingAdapterError",
        "NothingToPickError",
        "Random.from",
        "UnknownRuleError",
        "UnusableWorldError",
        "adapterChecks",
        "assertCheck",
        "describeAdapter",
        "mockWorld",
        "runCheck",
      ]
    `)
  })

  test('@unimargin/adapters/conformance/checks, which knows no test framework', async () => {
    const names = await namesOf('@unimargin/adapters/conformance')
    const withoutFramework = names.filter((name) => name !== 'describeAdapter')
    expect(await namesOf('@unimargin/adapters/conformance/checks')).toEqual(withoutFramework)
  })

  test('@unimargin/devnet', async () => {
    expect(await namesOf('@unimargin/devnet')).toMatchInlineSnapshot(`
      [
        "CHAIN_NAMES",
        "ETH_CORRELATED",
        "MORPHO_MARKETS",
        "MORPHO_MARKET_NAMES",
        "TOKEN_SYMBOLS",
        "createDevnet",
        "linearRate",
        "startAnvil",
      ]
    `)
  })

  test('@unimargin/sdk/testing, besides its faults', async () => {
    const names = await namesOf('@unimargin/sdk/testing')
    expect(names.filter((name) => !name.startsWith('Faults.'))).toMatchInlineSnapshot(`
      [
        "BusChainsError",
        "DuplicateMockPartError",
        "ForeignMockMarketError",
        "ForeignRecordingError",
        "ForwardingError",
        "InvalidBlockCountError",
        "InvalidNodeUrlError",
        "MockRevert",
        "MockStepError",
        "NoMockRouteError",
        "NothingRecordedError",
        "UnknownMockAssetError",
        "UnknownMockMarketError",
        "UnknownMockMessageError",
        "UnmockedCallError",
        "createMockNode",
        "decodedCall",
        "forwardTo",
        "handlersOf",
        "isMockMarket",
        "mockAddress",
        "mockChain",
        "mockContract",
        "mockLog",
        "mockMessageBus",
        "recordBackend",
        "recoverSigner",
        "toBaseUnits",
      ]
    `)
  })

  test('Faults of @unimargin/sdk/testing', async () => {
    const names = await namesOf('@unimargin/sdk/testing')
    expect(names.filter((name) => name.startsWith('Faults.'))).toMatchInlineSnapshot(`
      [
        "Faults.absurdFees",
        "Faults.catalogue",
        "Faults.compose",
        "Faults.crossedBatch",
        "Faults.decimalStrings",
        "Faults.deepJson",
        "Faults.dirtyPadding",
        "Faults.dirtyWord",
        "Faults.drip",
        "Faults.droppedLogs",
        "Faults.duplicatedItem",
        "Faults.emptyAnswer",
        "Faults.emptyBody",
        "Faults.emptyLogs",
        "Faults.emptyResults",
        "Faults.extraWords",
        "Faults.fakeRevert",
        "Faults.flapping",
        "Faults.floats",
        "Faults.frozenHead",
        "Faults.futureHead",
        "Faults.gluedDocuments",
        "Faults.gzipClaimed",
        "Faults.gzipUnclaimed",
        "Faults.hostileText",
        "Faults.htmlPage",
        "Faults.httpStatus",
        "Faults.hugeBody",
        "Faults.idAsString",
        "Faults.innerRevert",
        "Faults.jsonNumbers",
        "Faults.latency",
        "Faults.limitCode",
        "Faults.limitExceeded",
        "Faults.lostTransaction",
        "Faults.lyingReceipt",
        "Faults.lyingValue",
        "Faults.missingArbSys",
        "Faults.missingCode",
        "Faults.missingId",
        "Faults.missingItem",
        "Faults.missingMethod",
        "Faults.missingReceipt",
        "Faults.missingState",
        "Faults.missingVersion",
        "Faults.neitherResultNorError",
        "Faults.noContent",
        "Faults.nonHex",
        "Faults.notAnObject",
        "Faults.nullAnswer",
        "Faults.oddHex",
        "Faults.offchainLookup",
        "Faults.otherBlock",
        "Faults.otherFork",
        "Faults.oversizedWords",
        "Faults.permutedBatch",
        "Faults.prototypeKeys",
        "Faults.random",
        "Faults.rateLimit",
        "Faults.receiptWithoutLogs",
        "Faults.redirect",
        "Faults.refused",
        "Faults.refusedAfterSending",
        "Faults.replayedAnswer",
        "Faults.resetBeforeHeaders",
        "Faults.resetInBody",
        "Faults.resultAndError",
        "Faults.shortBody",
        "Faults.staleHead",
        "Faults.stallBeforeHeaders",
        "Faults.stallInBody",
        "Faults.swappedResults",
        "Faults.truncatedBody",
        "Faults.truncatedWords",
        "Faults.unknownBlock",
        "Faults.upperCasePrefix",
        "Faults.wrongChain",
        "Faults.wrongContentType",
        "Faults.wrongId",
        "Faults.wrongResultCount",
        "Faults.wrongTransactionHash",
        "Faults.zeroedAnswer",
      ]
    `)
  })

  test('@unimargin/sdk/node', async () => {
    expect(await namesOf('@unimargin/sdk/node')).toMatchInlineSnapshot(`
      [
        "fileJournalStorage",
      ]
    `)
  })

  test('@unimargin/sdk/testing/node', async () => {
    expect(await namesOf('@unimargin/sdk/testing/node')).toMatchInlineSnapshot(`
      [
        "PortUnavailableError",
        "UnservedNodeError",
        "serveNodes",
      ]
    `)
  })
})
