// vaultLending.ts
import {
  type Address,
  type Authorization,
  type CallRequest,
  type Lending,
  type LendingAction,
  type LendingCallParameters,
  type Limit,
  MulDiv,
  type PositionAsset,
  type Quantity,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { encodeFunctionData, erc20Abi } from 'viem'
import { NoSuchTokenError, poolAbi, vaultRule, withAmounts } from './vaultPool.ts'

/** What one can do in the pool: pure functions of what was read. */
export function vaultLending(pool: Address): Lending {
  return {
    limits: {
      supply: (where) => (isShares(where) ? { amount: undefined, by: [] } : NOT_HERE),
      withdraw: (where) => (isShares(where) ? withdrawable(where) : NOT_HERE),
      borrow: (where) => (isShares(where) ? NOT_HERE : borrowable(where)),
      repay: (where) => (isShares(where) ? NOT_HERE : { amount: amountsOf(where).debt, by: ['balance'] }),
    },
    after: (where, { action, amount }) => {
      const { supplied, debt } = amountsOf(where)
      const plus = (quantity: Quantity, more: bigint) => (typeof quantity === 'bigint' ? quantity + more : quantity)
      return withAmounts(where.position, where.state.reserves, {
        supplied: isShares(where)
          ? plus(supplied, { supply: amount, withdraw: -amount, borrow: 0n, repay: 0n }[action])
          : supplied,
        debt: isShares(where) ? debt : plus(debt, { supply: 0n, withdraw: 0n, borrow: amount, repay: -amount }[action]),
      })
    },
    // It lends without interest.
    ratesAfter: () => ({ supplyRate: 0n, borrowRate: 0n }),
    calls: {
      supply: (parameters) => {
        const { owner, sender = owner, asset } = parameters
        const amount = amountOf(parameters, 'supply')
        const data = encodeFunctionData({ abi: poolAbi, functionName: 'deposit', args: [amount, owner] })
        return { call: toPool(data), authorizations: [allowance(sender, asset, pool, amount)] }
      },
      withdraw: (parameters) => {
        const args = [amountOf(parameters, 'withdraw')] as const
        return {
          call: toPool(encodeFunctionData({ abi: poolAbi, functionName: 'withdraw', args })),
          authorizations: [],
        }
      },
      borrow: (parameters) => {
        const args = [amountOf(parameters, 'borrow')] as const
        return { call: toPool(encodeFunctionData({ abi: poolAbi, functionName: 'borrow', args })), authorizations: [] }
      },
      repay: (parameters) => {
        const { owner, sender = owner, asset } = parameters
        const amount = amountOf(parameters, 'repay')
        const data = encodeFunctionData({ abi: poolAbi, functionName: 'repay', args: [amount, owner] })
        return { call: toPool(data), authorizations: [allowance(sender, asset, pool, amount)] }
      },
    },
  }

  function toPool(data: CallRequest['data']): CallRequest {
    return { to: pool, data, value: 0n }
  }
}

const NOT_HERE: Limit = { amount: 0n, by: ['inactive'] }

function isShares({ state, asset }: PositionAsset): boolean {
  return state.reserves[0]?.asset.address === asset
}

/** Whoever has no leg has nothing; a leg may be unknown. */
function amountsOf({ position }: Pick<PositionAsset, 'position'>) {
  return { supplied: position.collateral[0]?.amount ?? 0n, debt: position.debt[0]?.amount ?? 0n }
}

/** Base units and WAD of one position, or whatever of it is not known. */
function termsOf(where: PositionAsset) {
  const [shares, asset] = where.state.reserves
  if (shares === undefined || asset === undefined) throw new NoSuchTokenError(where.asset)
  const { supplied, debt } = amountsOf(where)
  const { price, loanToValue, asset: token } = shares
  return { supplied, debt, price, loanToValue, token, asset, cash: asset.availableLiquidity }
}

/** As many shares as the debt does not need, each division rounded against the owner. */
function withdrawable(where: PositionAsset): Limit {
  const { supplied, debt, price, loanToValue, token, asset } = termsOf(where)
  if (typeof supplied !== 'bigint') return { amount: supplied, by: [] }
  if (debt === 0n || supplied === 0n) return { amount: supplied, by: ['balance'] }
  if (typeof debt !== 'bigint') return { amount: debt, by: [] }
  if (typeof price !== 'bigint') return { amount: price, by: [] }
  if (price === 0n || loanToValue === 0n) return { amount: 0n, by: ['health'] }
  const owed = vaultRule.valueOf({ amount: debt, price: Wad.WAD, decimals: asset.asset.decimals, side: 'debt' })
  const needed = MulDiv.up(Wad.divUp(owed, loanToValue), 10n ** BigInt(token.decimals), price)
  return { amount: supplied > needed ? supplied - needed : 0n, by: ['health'] }
}

/** As much as the shares carry and the pool has. */
function borrowable(where: PositionAsset): Limit {
  const { supplied, debt, price, loanToValue, token, asset, cash } = termsOf(where)
  if (supplied === 0n) return { amount: 0n, by: ['health'] }
  for (const quantity of [supplied, debt, price, cash]) {
    if (typeof quantity !== 'bigint') return { amount: unknown(...quantity.issues), by: [] }
  }
  if (typeof supplied !== 'bigint' || typeof debt !== 'bigint') return NOT_HERE
  if (typeof price !== 'bigint' || typeof cash !== 'bigint') return NOT_HERE
  const value = vaultRule.valueOf({ amount: supplied, price, decimals: token.decimals })
  const most = MulDiv.down(Wad.mulDown(value, loanToValue), 10n ** BigInt(asset.asset.decimals), Wad.WAD)
  const room = most > debt ? most - debt : 0n
  return room <= cash ? { amount: room, by: ['health'] } : { amount: cash, by: ['liquidity'] }
}

/** What a call is to say; the pool lets nobody withdraw or borrow for another, and has nothing that grows meanwhile. */
function amountOf(parameters: LendingCallParameters, action: LendingAction): bigint {
  const { owner, sender = owner, asset, amount } = parameters
  const isCollateral = action === 'supply' || action === 'withdraw'
  const isOwn = action === 'supply' || action === 'repay' || sender === owner
  if (isShares(parameters) !== isCollateral || !isOwn) throw new NoSuchTokenError(asset)
  if (amount !== 'all') return amount
  const { supplied, debt } = amountsOf(parameters)
  const all = action === 'withdraw' ? supplied : debt
  if (typeof all !== 'bigint' || action === 'supply' || action === 'borrow') throw new NoSuchTokenError(asset)
  return all
}

function allowance(owner: Address, token: Address, spender: Address, amount: bigint): Authorization {
  const approve = (value: bigint) => ({
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, value] }),
    value: 0n,
  })
  return { kind: 'allowance', owner, contract: token, spender, amount, grant: approve(amount), revoke: approve(0n) }
}
