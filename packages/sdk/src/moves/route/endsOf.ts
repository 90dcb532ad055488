import type { Route, RouteEnd } from '../../model/Route.ts'
import { UnknownRouteEndError } from './RouteErrors.ts'

/** Both ends of a route between two chains. @throws UnknownRouteEndError */
export function endsOf(
  { key, ends }: Route,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly source: RouteEnd; readonly destination: RouteEnd } {
  const unknown = (chainId: number) =>
    new UnknownRouteEndError(
      key,
      chainId,
      ends.map((end) => end.chainId),
    )
  const on = (chainId: number) => {
    const end = ends.find((candidate) => candidate.chainId === chainId)
    if (end === undefined) throw unknown(chainId)
    return end
  }
  if (from === to) throw unknown(to)
  return { source: on(from), destination: on(to) }
}
