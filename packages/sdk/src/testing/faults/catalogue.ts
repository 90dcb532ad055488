import * as Envelope from './envelope.ts'
import type { Fault } from './Fault.ts'
import { flapping } from './flapping.ts'
import * as Head from './head.ts'
import * as History from './history.ts'
import * as Http from './http.ts'
import * as Lies from './lies.ts'
import * as Malformed from './malformed.ts'
import * as Reverts from './reverts.ts'
import * as Seed from './Seed.ts'
import * as Transactions from './transactions.ts'
import * as Wire from './wire.ts'

/** One kind of fault. */
export type FaultEntry = {
  /** Its name, as in `Fault.kind`. */
  readonly kind: string
  /**
   * A `failure` never carries a wrong value that a careful reader would take: it is malformed, refused, missing or late. A
   * `lie` is well formed and false, and only another source can tell.
   */
  readonly nature: 'failure' | 'lie'
  /** Real only behind `serveNodes`; msw imitates it as well as a `Response` can. */
  readonly needsSockets: boolean
  /** It shows only in JSON-RPC batches; a single request is answered as ever. */
  readonly batchesOnly: boolean
  /** The methods that it makes sense for; all if left out. */
  readonly methods?: readonly string[] | undefined
  /** What the node does, in one sentence. */
  readonly about: string
  /** The fault; the seed chooses its place and size where there is a choice. */
  readonly make: (seed: number) => Fault
}

type Details = Partial<Pick<FaultEntry, 'needsSockets' | 'batchesOnly' | 'methods'>>

const sockets: Details = { needsSockets: true }
const batches: Details = { batchesOnly: true }
const only = (...methods: readonly string[]): Details => ({ methods })

const calls = only('eth_call')
const bytes = only('eth_call', 'eth_getCode')
const reverts = only('eth_call', 'eth_estimateGas')
const logs = only('eth_getLogs')
const receipts = only('eth_getTransactionReceipt')
const sending = only('eth_sendRawTransaction')
const moments = only('eth_blockNumber', 'eth_call', 'eth_getBlockByNumber')
const pinned = only('eth_call', 'eth_getBlockByNumber', 'eth_getBlockByHash', 'eth_getBalance')
const heads = only('eth_blockNumber', 'eth_call', 'eth_getBlockByNumber', 'eth_getBalance')
const states = only('eth_call', 'eth_getBalance', 'eth_getCode', 'eth_estimateGas')
const values = only('eth_call', 'eth_getBalance')
/** Of code any length is right. */
const numbers = only(
  ...['eth_call', 'eth_chainId', 'eth_blockNumber', 'eth_getBalance', 'eth_estimateGas', 'eth_gasPrice'],
  ...['eth_getBlockByNumber', 'eth_getTransactionReceipt', 'eth_getLogs'],
)
const neverNull = only('eth_call', 'eth_chainId', 'eth_blockNumber', 'eth_getLogs', 'eth_getBalance', 'eth_getCode')

const wire: readonly FaultEntry[] = [
  failure('latency', 'Answers late.', (seed) => Wire.latency({ ms: 5 + Seed.below(40, seed) })),
  failure('stall-before-headers', 'Takes the request and never answers.', () => Wire.stallBeforeHeaders(), sockets),
  failure('stall-in-body', 'Sends half of the body, then nothing more.', () => Wire.stallInBody(), sockets),
  failure(
    'drip',
    'Sends the body a few bytes at a time.',
    (seed) => Wire.drip({ bytes: 1 + Seed.below(4, seed) }),
    sockets,
  ),
  failure('reset-before-headers', 'Resets the connection before it answers.', () => Wire.resetBeforeHeaders(), sockets),
  failure('reset-in-body', 'Resets the connection in the middle of the body.', () => Wire.resetInBody(), sockets),
  failure('truncated-body', 'Ends the body in its middle as if that were all.', () => Wire.truncatedBody()),
  failure('short-body', 'Sends less than its content-length promises.', () => Wire.shortBody(), sockets),
  failure('huge-body', 'Puts megabytes of white space before the answer.', () => Wire.hugeBody()),
  failure('redirect', 'Sends the reader to another host.', () => Wire.redirect()),
]

const http: readonly FaultEntry[] = [
  failure('rate-limit', '429 without a word about when to come back.', () => Http.rateLimit()),
  failure('rate-limit-seconds', '429 and a Retry-After of a second or two.', (seed) =>
    Http.rateLimit({ retryAfter: 1 + Seed.below(2, seed) }),
  ),
  failure('rate-limit-date', '429 and a Retry-After that is a date, far away.', () =>
    Http.rateLimit({ retryAfter: 'Fri, 31 Dec 2399 23:59:59 GMT' }),
  ),
  failure('rate-limit-absurd', '429 and a Retry-After of an hour or a century.', (seed) =>
    Http.rateLimit({ retryAfter: seed % 2 === 0 ? 3_600 : 3_155_760_000 }),
  ),
  failure('http-500', '500 with a page of HTML.', () => Http.httpStatus({ status: 500 })),
  failure('http-502', '502 with a page of HTML.', () => Http.httpStatus({ status: 502 })),
  failure('http-503', '503 with a page of HTML.', () => Http.httpStatus({ status: 503 })),
  failure('http-401', '401, and repeats the URL with its key.', () => Http.refused({ status: 401 })),
  failure('http-403', '403, and repeats the URL with its key.', () => Http.refused({ status: 403 })),
  failure('html-page', '200 with a page of HTML.', () => Http.htmlPage()),
  failure('empty-body', '200 with an empty body.', () => Http.emptyBody()),
  failure('no-content', '204.', () => Http.noContent()),
  failure('wrong-content-type', 'JSON that claims to be a picture.', () => Http.wrongContentType()),
  failure('gzip-claimed', 'Plain text that claims to be compressed.', () => Http.gzipClaimed()),
  failure('gzip-unclaimed', 'Compressed bytes that do not say so.', () => Http.gzipUnclaimed()),
  failure('glued-documents', 'Two JSON documents in one body.', () => Http.gluedDocuments()),
]

const envelope: readonly FaultEntry[] = [
  failure('wrong-id', 'Answers with an id that nobody asked with.', () => Envelope.wrongId()),
  failure('missing-id', 'Answers without an id.', () => Envelope.missingId()),
  failure('id-as-string', 'Answers with the id as a text.', () => Envelope.idAsString()),
  failure('missing-item', 'Leaves out one answer of a batch.', (seed) => Envelope.missingItem({ index: seed >>> 0 })),
  failure('duplicated-item', 'Gives one answer of a batch twice.', (seed) =>
    Envelope.duplicatedItem({ index: seed >>> 0 }),
  ),
  failure('permuted-batch', 'Answers a batch in another order.', () => Envelope.permutedBatch(), batches),
  lie('crossed-batch', "Answers a batch with each other's ids.", () => Envelope.crossedBatch(), batches),
  failure('result-and-error', 'Gives a result and an error at once.', () => Envelope.resultAndError()),
  failure('neither-result-nor-error', 'Gives neither a result nor an error.', () => Envelope.neitherResultNorError()),
  failure('missing-version', 'Leaves out `jsonrpc`.', () => Envelope.missingVersion()),
  failure('not-an-object', 'Gives a result without its envelope.', () => Envelope.notAnObject()),
  failure('deep-json', 'Puts the answer into a hundred thousand lists.', () => Envelope.deepJson()),
  failure('limit-code-429', 'HTTP 200 and an error of code 429.', () => Envelope.limitCode()),
  failure('limit-exceeded', 'HTTP 200 and error -32005.', () => Envelope.limitExceeded()),
  failure('hostile-text', 'An error text that attacks who prints it.', () => Envelope.hostileText()),
  failure('prototype-keys', "Adds keys that change an object's prototype.", () => Envelope.prototypeKeys()),
]

const chain: readonly FaultEntry[] = [
  failure('wrong-chain', 'Is a node of another chain.', () => Head.wrongChain(), only('eth_chainId', 'eth_call')),
  lie('stale-head', 'Is behind the chain.', (seed) => Head.staleHead({ blocks: 2 + Seed.below(60, seed) }), heads),
  lie('frozen-head', 'Stands still from its first answer on.', () => Head.frozenHead(), heads),
  lie('future-head', 'Names blocks and times that are still to come.', () => Head.futureHead(), moments),
  lie(
    'other-block',
    'Answers for another block than asked.',
    (seed) => Head.otherBlock({ blocks: 1 + Seed.below(3, seed) }),
    pinned,
  ),
  lie(
    'other-fork',
    'Has other hashes for the same blocks.',
    (seed) => History.otherFork({ seed }),
    only('eth_getBlockByNumber', 'eth_getBlockByHash', 'eth_call', 'eth_getTransactionReceipt', 'eth_getLogs'),
  ),
  lie('missing-arb-sys', "Gives an L1's block number for a Nitro chain's.", () => Head.missingArbSys(), calls),
  failure('missing-state', 'Has lost the state of the block.', () => History.missingState(), states),
  failure(
    'unknown-block',
    'Knows no block by its hash.',
    () => History.unknownBlock(),
    only('eth_getBlockByHash', 'eth_call'),
  ),
  failure('missing-method', 'Does not have the method.', () => History.missingMethod()),
  failure('flapping', 'Fails the first time, and then every second to fourth.', (seed) =>
    flapping({ every: 2 + Seed.below(3, seed) }),
  ),
]

const answer: readonly FaultEntry[] = [
  failure('fake-revert', 'Claims that the call reverted, without data.', () => Reverts.fakeRevert(), reverts),
  failure(
    'fake-revert-with-reason',
    'Claims that the call reverted, with a reason.',
    () => Reverts.fakeRevert({ reason: 'not enough collateral' }),
    reverts,
  ),
  lie(
    'inner-revert',
    'Claims that one call inside of Multicall3 reverted.',
    (seed) => Reverts.innerRevert({ seed }),
    calls,
  ),
  failure(
    'offchain-lookup',
    'Reverts with OffchainLookup and a URL of its own.',
    () => Reverts.offchainLookup(),
    reverts,
  ),
  failure('empty-answer', 'Answers calls with 0x.', () => Malformed.emptyAnswer(), calls),
  failure('null-answer', 'Answers null.', () => Malformed.nullAnswer(), neverNull),
  failure('truncated-words', 'Leaves out the last half word.', () => Malformed.truncatedWords(), calls),
  failure('extra-words', 'Adds words after the answer.', () => Malformed.extraWords(), calls),
  failure('oversized-words', 'Gives numbers of 320 bits.', () => Malformed.oversizedWords(), numbers),
  failure('non-hex', 'Gives digits that are none.', () => Malformed.nonHex()),
  failure('odd-hex', 'Gives bytes with half a byte too few.', () => Malformed.oddHex(), bytes),
  failure('json-numbers', 'Gives JSON numbers for hex.', () => Malformed.jsonNumbers()),
  failure('decimal-strings', 'Gives decimal texts for hex.', () => Malformed.decimalStrings()),
  failure('floats', 'Gives floating point numbers for hex.', () => Malformed.floats()),
  failure('upper-case-prefix', 'Writes 0X for 0x.', () => Malformed.upperCasePrefix()),
  failure('dirty-padding', 'Sets bits where the ABI has zeros.', () => Malformed.dirtyPadding(), calls),
  failure(
    'missing-result',
    "Leaves out one result of Multicall3's.",
    () => Malformed.wrongResultCount({ by: -1 }),
    calls,
  ),
  failure('surplus-result', "Adds one result to Multicall3's.", () => Malformed.wrongResultCount({ by: 1 }), calls),
]

const lies: readonly FaultEntry[] = [
  lie('lying-zero', 'Gives zero for one value.', (seed) => Lies.lyingValue({ seed, how: 'zero' }), values),
  lie(
    'lying-increment',
    'Gives one value with one added.',
    (seed) => Lies.lyingValue({ seed, how: 'increment' }),
    values,
  ),
  lie('lying-double', 'Gives one value doubled.', (seed) => Lies.lyingValue({ seed, how: 'double' }), values),
  lie('lying-max', 'Gives the largest number for one value.', (seed) => Lies.lyingValue({ seed, how: 'max' }), values),
  lie('dirty-word', 'Sets the highest bit of one small word.', (seed) => Lies.dirtyWord({ seed }), calls),
  lie('zeroed-answer', 'Gives zeros of the right length for all values.', () => Lies.zeroedAnswer(), values),
  lie('empty-results', 'Lets every call inside of Multicall3 succeed with nothing.', () => Lies.emptyResults(), calls),
  lie('swapped-results', "Exchanges two of Multicall3's results.", (seed) => Lies.swappedResults({ seed }), calls),
  lie('replayed-answer', 'Gives the answer of an earlier request.', () => Lies.replayedAnswer(), heads),
  lie('missing-code', 'Sees no code anywhere.', () => Lies.missingCode(), only('eth_getCode')),
]

const transactions: readonly FaultEntry[] = [
  lie('empty-logs', 'Gives no logs.', () => Transactions.emptyLogs(), logs),
  lie('dropped-logs', 'Gives some of the logs.', (seed) => Transactions.droppedLogs({ seed }), logs),
  lie(
    'lying-receipt',
    'Turns success into failure, and failure into success.',
    () => Transactions.lyingReceipt(),
    receipts,
  ),
  lie('receipt-without-logs', 'Gives a receipt without its logs.', () => Transactions.receiptWithoutLogs(), receipts),
  lie('missing-receipt', 'Has never heard of the transaction.', () => Transactions.missingReceipt(), receipts),
  lie(
    'absurd-fees',
    'Asks for a thousand times the gas and the fees.',
    () => Transactions.absurdFees(),
    only('eth_estimateGas', 'eth_gasPrice', 'eth_maxPriorityFeePerGas', 'eth_feeHistory'),
  ),
  lie(
    'lost-transaction',
    'Gives the hash of a transaction and does not send it.',
    () => Transactions.lostTransaction(),
    sending,
  ),
  lie(
    'wrong-transaction-hash',
    'Sends a transaction and gives another hash.',
    (seed) => Transactions.wrongTransactionHash({ seed }),
    sending,
  ),
  failure(
    'refused-after-sending',
    'Sends a transaction and says that it did not.',
    () => Transactions.refusedAfterSending(),
    sending,
  ),
]

/**
 * Every kind of fault, in groups from the wire up to the values. A suite that runs them all meets what nodes are known to
 * do; {@link FaultEntry.nature} says what may be expected of a single node.
 *
 * @example
 * import { Faults } from '@unimargin/sdk/testing'
 *
 * for (const { kind, about } of Faults.catalogue) console.log(kind, about)
 */
export const catalogue: readonly FaultEntry[] = [
  ...wire,
  ...http,
  ...envelope,
  ...chain,
  ...answer,
  ...lies,
  ...transactions,
]

function failure(kind: string, about: string, make: (seed: number) => Fault, details: Details = {}): FaultEntry {
  return entry('failure', kind, about, make, details)
}

function lie(kind: string, about: string, make: (seed: number) => Fault, details: Details = {}): FaultEntry {
  return entry('lie', kind, about, make, details)
}

function entry(
  nature: FaultEntry['nature'],
  kind: string,
  about: string,
  make: (seed: number) => Fault,
  details: Details,
): FaultEntry {
  return { kind, nature, about, needsSockets: false, batchesOnly: false, make, ...details }
}
