import { describe, expect, test } from 'vitest'
import type { RpcBackend } from '../rpc/RpcBackend.ts'
import * as Faults from './Faults.ts'

const backend: RpcBackend = async () => ({ status: 'error', code: -32_000, message: 'not asked' })
const request = { method: 'eth_getCode', params: [] }

describe('malformed answers', () => {
  const kinds = ['odd-hex', 'non-hex', 'json-numbers', 'decimal-strings', 'floats', 'upper-case-prefix']

  test.each(kinds)('behavior: %s makes something else of no bytes, too', async (kind) => {
    const entry = Faults.catalogue.find((one) => one.kind === kind)
    const given = await entry?.make(1).answer?.({ status: 'result', result: '0x' }, { request, backend, struck: 0 })
    expect(given).toMatchObject({ status: 'result', result: expect.anything() })
    expect(given).not.toMatchObject({ result: '0x' })
  })
})
