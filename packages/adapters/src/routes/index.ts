export * from './addresses.ts'
export { type BookedEnd, type BookedRoute, type RouteOfParameters, routeOf } from './routeOf.ts'
