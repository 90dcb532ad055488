import { keccak256, numberToHex, parseSignature } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { recoverSigner } from './recoverSigner.ts'

const parts = (signature: `0x${string}`) => {
  const { r, s, yParity } = parseSignature(signature)
  return { v: 27 + yParity, r, s }
}

describe('recoverSigner', () => {
  test('default', async () => {
    for (let index = 1; index <= 20; index += 1) {
      const account = privateKeyToAccount(keccak256(numberToHex(index)))
      const hash = keccak256(numberToHex(1_000 + index))
      const signature = await account.sign({ hash })
      expect(recoverSigner(hash, parts(signature))).toBe(account.address)
      expect(recoverSigner(keccak256(hash), parts(signature))).not.toBe(account.address)
    }
  })

  test('behavior: a signature that is none has no signer', async () => {
    const hash = keccak256('0x01')
    const account = privateKeyToAccount(keccak256('0x02'))
    const good = parts(await account.sign({ hash }))
    const zero = numberToHex(0, { size: 32 })
    for (const bad of [{ v: 0 }, { v: 29 }, { r: zero }, { s: zero }, { r: numberToHex(2n ** 256n - 1n) }]) {
      expect(recoverSigner(hash, { ...good, ...bad })).toBeUndefined()
    }
    // No point of the curve has this x.
    expect(recoverSigner(hash, { ...good, r: numberToHex(5, { size: 32 }) })).toBeUndefined()
  })
})
