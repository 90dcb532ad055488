import { BaseError } from '../../errors/BaseError.ts'
import type { RouteGrade } from './RouteGrade.ts'
import { type AcceptableRouteReason, isAcceptable, type RouteReason } from './RouteReason.ts'

/** The route is not good enough for a move, and its doubts were not accepted by name. */
export class RefusedRouteError extends BaseError {
  override readonly name = 'RefusedRouteError'
  readonly grade: RouteGrade['grade']
  /** What the route is refused for: without what was accepted, and without what only lowers its grade. */
  readonly reasons: readonly RouteReason[]

  constructor({ grade, route, source, destination }: RouteGrade, reasons: readonly RouteReason[]) {
    const names: readonly AcceptableRouteReason[] = [...new Set(reasons.flatMap(acceptableName))]
    const isOpen = reasons.every((reason) => acceptableName(reason).length > 0)
    super('The route is refused: a move over it could be lost, or be worth nothing where it arrives.', {
      facts: {
        Route: route,
        From: source.chainId,
        To: destination.chainId,
        Grade: grade,
        Reasons: reasons.map(({ kind, side }) => `${kind} (${side})`).join(', '),
      },
      action: [
        reasons[0]?.wayOut ?? 'Take another route.',
        isOpen ? `To accept: \`acceptRoute: [${names.map((name) => `'${name}'`).join(', ')}]\`.` : undefined,
      ]
        .filter((sentence) => sentence !== undefined)
        .join(' '),
    })
    this.grade = grade
    this.reasons = reasons
  }
}

/** Ends of which one is not on the route, or both are on one chain. */
export class UnknownRouteEndError extends BaseError {
  override readonly name = 'UnknownRouteEndError'
  readonly chainId: number

  constructor(route: string, chainId: number, ends: readonly number[]) {
    super('The route does not go between these two chains.', {
      facts: { Route: route, Chain: chainId, 'Goes between': ends.join(', ') },
      action: 'Pass two different chains of the route as `from` and `to`.',
    })
    this.chainId = chainId
  }
}

function acceptableName({ kind, severity }: RouteReason): readonly AcceptableRouteReason[] {
  return severity !== 'stops' && isAcceptable(kind) ? [kind] : []
}
