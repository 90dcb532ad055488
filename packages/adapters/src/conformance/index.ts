export * from './checks/index.ts'
export { describeAdapter } from './describeAdapter.ts'
