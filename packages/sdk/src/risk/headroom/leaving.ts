import type { KnownLegs } from '../../model/Leg.ts'
import * as Acted from '../Acted.ts'
import * as Legs from '../Legs.ts'
import type { RiskContext } from '../RiskAdapter.ts'
import type * as Giver from './Giver.ts'

/** What is left when so much of the asset has left, as the protocol would book it. `legs`: those of now. */
export function leaving(context: RiskContext, giver: Giver.Giver, legs: KnownLegs): (amount: bigint) => KnownLegs {
  const { asset } = giver
  const memo = new Map<bigint, KnownLegs>([[0n, legs]])
  return (amount) => {
    const done = memo.get(amount)
    if (done !== undefined) return done
    const left = Legs.known(Acted.after(context, giver, [{ action: 'withdraw', asset, amount }]))
    // Nothing becomes unknown by taking of what is known.
    const known = 'status' in left ? legs : left
    memo.set(amount, known)
    return known
  }
}
