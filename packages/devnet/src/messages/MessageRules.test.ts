import { describe, expect, test } from 'vitest'
import type { MessageRecord } from './MessageRecord.ts'
import * as MessageRules from './MessageRules.ts'

const RECORD: MessageRecord = {
  guid: '0x01',
  srcEid: 30110,
  dstEid: 30184,
  nonce: 1n,
  sender: '0x00000000000000000000000000000000000000aA',
  receiver: '0x00000000000000000000000000000000000000bb',
  sentIn: '0x02',
  phase: 'sent',
  composes: [],
}

describe('standing', () => {
  test('default: free', () => {
    expect(MessageRules.standing(MessageRules.NONE, RECORD, 'verify')).toBe('free')
  })

  test('behavior: every part of a filter must match', () => {
    const rules = MessageRules.order(
      MessageRules.NONE,
      { srcEid: 30110, dstEid: 30184, guid: '0x01', before: 'deliver' },
      'hold',
    )
    expect(MessageRules.standing(rules, RECORD, 'deliver')).toBe('held')
    expect(MessageRules.standing(rules, RECORD, 'verify')).toBe('free')
    expect(MessageRules.standing(rules, { ...RECORD, guid: '0x03' }, 'deliver')).toBe('free')
    expect(MessageRules.standing(rules, { ...RECORD, srcEid: 30111 }, 'deliver')).toBe('free')
    expect(MessageRules.standing(rules, { ...RECORD, dstEid: 30111 }, 'deliver')).toBe('free')
  })

  test('behavior: the last order decides', () => {
    const held = MessageRules.order(MessageRules.NONE, {}, 'hold')
    const one = MessageRules.order(held, { guid: '0x01' }, 'release')
    expect(MessageRules.standing(one, RECORD, 'verify')).toBe('free')
    expect(MessageRules.standing(one, { ...RECORD, guid: '0x03' }, 'verify')).toBe('held')
    expect(MessageRules.standing(MessageRules.order(one, {}, 'hold'), RECORD, 'verify')).toBe('held')
  })

  test('behavior: what is lost stays lost when all is released, until it is released by name', () => {
    const dropped = MessageRules.order(MessageRules.NONE, { guid: '0x01' }, 'drop')
    const released = MessageRules.order(dropped, {}, 'release')
    expect(MessageRules.standing(released, RECORD, 'verify')).toBe('dropped')
    const back = MessageRules.order(MessageRules.order(released, { guid: '0x01' }, 'release'), {}, 'release')
    expect(MessageRules.standing(back, RECORD, 'verify')).toBe('free')
  })
})

describe('takeUnderGas', () => {
  test('default: once per message and step', () => {
    const rules = MessageRules.starve(MessageRules.NONE, { dstEid: 30184 }, { compose: 5n })
    expect(MessageRules.takeUnderGas(rules, RECORD, 'deliver').gas).toBeUndefined()
    const first = MessageRules.takeUnderGas(rules, RECORD, 'compose')
    expect(first.gas).toBe(5n)
    expect(MessageRules.takeUnderGas(first.rules, RECORD, 'compose').gas).toBeUndefined()
    expect(MessageRules.takeUnderGas(first.rules, { ...RECORD, guid: '0x03' }, 'compose').gas).toBe(5n)
  })
})
