import { encodeErrorResult, parseAbi } from 'viem'
import { describe, expect, test } from 'vitest'
import { errorAbi } from './errorAbi.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import * as Revert from './Revert.ts'

const owner = '0x1111111111111111111111111111111111111111'
const plain = (text: string) =>
  encodeErrorResult({ abi: parseAbi(['error Error(string)']), errorName: 'Error', args: [text] })

describe('decode', () => {
  test('default', () => {
    const data = encodeErrorResult({ abi: collateralRouterAbi, errorName: 'SourceHealthTooLow', args: [5n, 6n] })
    expect(Revert.decode(data)).toEqual({
      name: 'SourceHealthTooLow',
      reason: 'the health factor that would remain is below the donor floor: SourceHealthTooLow(5, 6)',
      data,
    })
  })

  test('behavior: errors of LayerZero, of tokens and of Aave', () => {
    expect(Revert.decode('0x6592671c').name).toBe('unknown')
    const lz = encodeErrorResult({ abi: errorAbi, errorName: 'LZ_ULN_InvalidWorkerOptions', args: [0n] })
    expect(lz.slice(0, 10)).toBe('0x6592671c')
    expect(Revert.decode(lz).reason).toContain('no options for its workers')
    expect(Revert.decode('0x00575ea1').name).toBe('Executor_NoOptions')
    expect(Revert.decode(plain('28'))).toMatchObject({ name: '28', reason: 'the reserve is frozen (28)' })
    const orphan = encodeErrorResult({ abi: collateralRouterAbi, errorName: 'OwnerHasNoCode', args: [owner] })
    expect(Revert.decode(orphan).reason).toContain('its recovery address can claim')
    expect(Revert.decode(plain('out of luck')).reason).toBe('out of luck')
    const panic = encodeErrorResult({ abi: parseAbi(['error Panic(uint256)']), errorName: 'Panic', args: [17n] })
    expect(Revert.decode(panic).reason).toBe('Panic(17)')
  })

  test('behavior: what is unknown or malformed is named by its selector, what is hostile is cleaned', () => {
    expect(Revert.decode('0x')).toEqual({ name: 'unknown', reason: 'reverted without a reason', data: '0x' })
    expect(Revert.decode('0xdeadbeef00').reason).toBe('reverted with 0xdeadbeef')
    expect(Revert.decode(plain('\u001b[31mred https://rpc.example/key')).reason).toBe('[31mred https://rpc.example/…')
  })
})

describe('dataOf', () => {
  test('default', () => {
    expect(Revert.dataOf({ cause: { cause: { code: 3, data: '0x1234' } } })).toBe('0x1234')
    expect(Revert.dataOf({ cause: { data: { data: '0x12' } } })).toBe('0x12')
    expect(Revert.dataOf({ details: 'execution reverted' })).toBe('0x')
    expect(Revert.dataOf({ code: 3 })).toBe('0x')
  })

  test('behavior: a failure of transport is no revert', () => {
    expect(Revert.dataOf(new Error('fetch failed'))).toBeUndefined()
    expect(Revert.dataOf({ code: -32000, details: 'insufficient funds' })).toBeUndefined()
    expect(Revert.dataOf(undefined)).toBeUndefined()
    const endless: { cause?: unknown } = {}
    endless.cause = endless
    expect(Revert.dataOf(endless)).toBeUndefined()
  })
})
