import { isUnimarginError, type PullAuthorization, type Reserve } from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainReserve } from '../../test/plainReserve.ts'
import { routed as actions } from './moves.ts'

const aToken = '0x0000000000000000000000000000000000000002'
const reserve: Reserve = {
  ...plainReserve,
  collateralToken: aToken,
  collateralTokenPermit: { name: 'Aave WETH', version: '1' },
}

function allowanceOf(authorization: PullAuthorization) {
  if (authorization.kind !== 'erc20') throw new TypeError(authorization.kind)
  return authorization
}

describe('pullAuthorization', () => {
  test('default', () => {
    expect(actions.pullAuthorization({ reserve, amount: 7n, supplied: 100n })).toEqual({
      kind: 'erc20',
      token: aToken,
      amount: 9n,
      permit: { name: 'Aave WETH', version: '1' },
    })
  })

  test('behavior: all that is supplied can be withdrawn, whatever interest has come until then', () => {
    const RAY = 10n ** 27n
    const up = (a: bigint, b: bigint, c: bigint) => (a * b + c / 2n) / c
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 15n),
        fc.bigInt(RAY, 4n * RAY),
        fc.bigInt(0n, 10n ** 20n),
        (scaled, index, growth) => {
          // The plan is made with the balance of now, and pulled as the router does at a later index.
          const amount = up(scaled, index, RAY)
          const later = index + growth
          const balance = up(scaled, later, RAY)
          const allowed = allowanceOf(actions.pullAuthorization({ reserve, amount, supplied: amount })).amount
          const pulled = [balance, allowed, amount + 2n].reduce((least, next) => (next < least ? next : least))
          const arrived = up(up(pulled, RAY, later), later, RAY)
          expect(arrived).toBeGreaterThanOrEqual(amount)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('behavior: no permit where the domain is unknown', () => {
    const nameless = { ...reserve, collateralTokenPermit: undefined }
    const authorization = actions.pullAuthorization({ reserve: nameless, amount: 7n, supplied: 100n })
    expect(allowanceOf(authorization).permit).toBeUndefined()
  })

  test('error: NoCollateralTokenError', () => {
    const bare = { ...reserve, collateralToken: undefined }
    const attempt = () => actions.pullAuthorization({ reserve: bare, amount: 7n, supplied: 100n })
    expect(attempt).toThrow(expect.objectContaining({ name: 'NoCollateralTokenError', asset: reserve.asset }))
    expect(attempt).toThrow(expect.toSatisfy(isUnimarginError))
  })
})
