export { PortUnavailableError } from './PortUnavailableError.ts'
export { type NodeServers, type ServeNodesOptions, serveNodes } from './serveNodes.ts'
export { UnservedNodeError } from './UnservedNodeError.ts'
