import { domainSeparator, pad, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import { completeMove } from './completeMove.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type {
  MoveIntent,
  OperatorAuthorization,
  OperatorRequest,
  OperatorTypedData,
  PreparedMove,
} from './MoveIntent.ts'
import * as OperatorGrant from './OperatorGrant.ts'

const address = (tail: string) => pad(`0x${tail}`, { size: 20 })
const hash = (tail: string) => pad(`0x${tail}`, { size: 32 })
const end = { eid: 30_010, endpoint: address('e0'), router: address('f0'), oft: address('f1') }
const contract = address('bb')

const morpho: OperatorAuthorization = { kind: 'morpho-authorization', contract }
const comet: OperatorAuthorization = { kind: 'comet-allow', contract }

const intentOf = (authorization: MoveIntent['authorization']): MoveIntent => ({
  version: 1,
  id: hash('1d'),
  owner: address('a1'),
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: 1_700_001_200n,
  source: end,
  destination: { ...end, eid: 30_020 },
  move: {
    id: hash('1d'),
    market: contract,
    marketId: hash('77'),
    asset: address('e1'),
    amount: 10n ** 18n,
    minAmount: 10n ** 18n,
    minHealthFactor: 10n ** 18n,
    dstEid: 30_020,
    action: 'supply',
    dstMarket: address('cc'),
    dstMarketId: zeroHash,
    recovery: address('00'),
    deadline: 1_700_001_200n,
    deliveryGas: 200_000n,
    settleGas: 400_000n,
  },
  value: 10n ** 15n,
  authorization,
})

const standing = { held: 10n ** 18n, isAuthorized: false, nonce: 7n }
const morphoStanding = {
  ...standing,
  domain: domainSeparator({ domain: { chainId: 10, verifyingContract: contract } }),
}
const cometStanding = { ...standing, domain: { name: 'Compound USDC', version: '0' } }

/** Both signatures, of 65 bytes that mean nothing. */
const signatures = { give: `0x${'11'.repeat(64)}1b`, takeBack: `0x${'22'.repeat(64)}1c` } as const

describe('build', () => {
  test('default', () => {
    const intent = intentOf(morpho)
    const { give, takeBack } = OperatorGrant.build(intent, morphoStanding)
    expect(give.domain).toEqual({ chainId: 10, verifyingContract: contract })
    const message = { authorizer: intent.owner, authorized: end.router, deadline: intent.deadline }
    expect(give.message).toEqual({ ...message, isAuthorized: true, nonce: 7n })
    expect(takeBack).toEqual({ ...give, message: { ...message, isAuthorized: false, nonce: 8n } })
  })

  test('behavior: a Comet is called by its name', () => {
    const intent = intentOf(comet)
    const { give, takeBack } = OperatorGrant.build(intent, cometStanding)
    expect(give.domain).toEqual({ name: 'Compound USDC', version: '0', chainId: 10, verifyingContract: contract })
    const message = { owner: intent.owner, manager: end.router, expiry: intent.deadline }
    expect(give.message).toEqual({ ...message, isAllowed: true, nonce: 7n })
    expect(takeBack.message).toEqual({ ...message, isAllowed: false, nonce: 8n })
  })

  test('error: PermitUnavailableError when the domain is of another chain', () => {
    const domain = domainSeparator({ domain: { chainId: 1, verifyingContract: contract } })
    expect(() => OperatorGrant.build(intentOf(morpho), { ...morphoStanding, domain })).toThrow(
      expect.objectContaining({ name: 'PermitUnavailableError' }),
    )
  })
})

describe('assertOperator', () => {
  const cases = [
    ['Morpho', intentOf(morpho), morphoStanding],
    ['a Comet', intentOf(comet), cometStanding],
  ] as const

  test.each(cases)('default: what was built for %s', (_, intent, said) => {
    expect(() => MoveCalldata.assertOperator(OperatorGrant.build(intent, said), intent)).not.toThrow()
  })

  test.each(cases)('error: CalldataMismatchError for every field of either of %s', (_, intent, said) => {
    const request = OperatorGrant.build(intent, said)
    const mutants: OperatorRequest[] = (['give', 'takeBack'] as const).flatMap((part) =>
      mutantsOf(request[part]).map((mutant) => ({ ...request, [part]: mutant })),
    )
    // Five fields of the message, two of the domain.
    expect(mutants.length).toBe(14)
    for (const mutant of mutants) {
      expect(() => MoveCalldata.assertOperator(mutant, intent)).toThrow(
        expect.objectContaining({ name: 'CalldataMismatchError' }),
      )
    }
  })

  test('error: CalldataMismatchError when both were signed to give', () => {
    const intent = intentOf(morpho)
    const { give } = OperatorGrant.build(intent, morphoStanding)
    expect(() => MoveCalldata.assertOperator({ give, takeBack: give }, intent)).toThrow(
      expect.objectContaining({ name: 'CalldataMismatchError' }),
    )
  })

  test('error: CalldataMismatchError when the intent is for an allowance', () => {
    const grant = OperatorGrant.build(intentOf(morpho), morphoStanding)
    const intent = intentOf({ kind: 'erc20', token: contract, amount: 1n })
    expect(() => MoveCalldata.assertOperator(grant, intent)).toThrow(
      expect.objectContaining({ name: 'CalldataMismatchError', field: 'kind' }),
    )
  })
})

describe('completeMove', () => {
  const intent = intentOf(morpho)
  const prepared: Extract<PreparedMove, { readonly approval: 'grant' }> = {
    approval: 'grant',
    intent,
    simulation: {
      source: { simulated: 'yes', by: 'eth_simulateV1' },
      destination: { simulated: 'yes', by: 'eth_simulateV1' },
    },
    grant: OperatorGrant.build(intent, morphoStanding),
  }

  test('default: both signatures, and the nonce of the first', () => {
    const call = completeMove(prepared, signatures)
    const parts = (byte: string, v: number) => ({ v, r: `0x${byte.repeat(32)}`, s: `0x${byte.repeat(32)}` }) as const
    const signed = {
      nonce: 7n,
      deadline: intent.deadline,
      give: parts('11', 27),
      takeBack: parts('22', 28),
    }
    expect(call).toEqual({
      chainId: 10,
      to: end.router,
      value: intent.value,
      data: MoveCalldata.encodeSendWithGrant(intent.move, signed),
    })
    expect(() => MoveCalldata.assertSend(call, intent, { ...signed, nonce: 8n })).toThrow(
      expect.objectContaining({ name: 'CalldataMismatchError' }),
    )
  })

  test('error: InvalidSignatureError', () => {
    expect(() => completeMove(prepared, { ...signatures, takeBack: '0x' })).toThrow(
      expect.objectContaining({ name: 'InvalidSignatureError' }),
    )
  })
})

describe('encode', () => {
  test.each([
    ['Morpho', morpho],
    ['a Comet', comet],
  ] as const)('default: gives and revokes at %s, and nothing else', (_, authorization) => {
    const intent = intentOf(authorization)
    const call = (isGiven: boolean) => ({
      to: contract,
      value: 0n,
      data: OperatorGrant.encode(authorization, end.router, isGiven),
    })
    expect(() => MoveCalldata.assertApprove(call(true), intent)).not.toThrow()
    expect(() => MoveCalldata.assertRevoke(call(false), intent)).not.toThrow()
    const other = OperatorGrant.encode(authorization, address('66'), true)
    for (const changed of [call(false), { ...call(true), to: end.router }, { ...call(true), value: 1n }]) {
      expect(() => MoveCalldata.assertApprove(changed, intent)).toThrow()
    }
    expect(() => MoveCalldata.assertApprove({ ...call(true), data: other }, intent)).toThrow()
    expect(() => MoveCalldata.assertRevoke(call(true), intent)).toThrow()
  })

  test('error: CalldataMismatchError over the end of an allowance', () => {
    const intent = intentOf({ kind: 'erc20', token: contract, amount: 1n })
    const call = { to: contract, value: 0n, data: OperatorGrant.encode(morpho, end.router, false) }
    expect(() => MoveCalldata.assertRevoke(call, intent)).toThrow(
      expect.objectContaining({ name: 'CalldataMismatchError', field: 'revoke' }),
    )
  })
})

/** One for each field that decides what the signature is worth. */
function mutantsOf(data: OperatorTypedData): readonly OperatorTypedData[] {
  const changed = (value: unknown): unknown =>
    typeof value === 'bigint' ? value + 1n : typeof value === 'boolean' ? !value : address('66')
  const messages = Object.entries(data.message).map(([name, value]) => ({
    ...data,
    message: { ...data.message, [name]: changed(value) },
  }))
  return [
    ...messages,
    { ...data, domain: { ...data.domain, chainId: 1 } },
    { ...data, domain: { ...data.domain, verifyingContract: address('66') } },
  ]
}
