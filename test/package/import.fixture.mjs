// Imports a module with every door to the outside trapped, and prints what was touched. Run by import.test.ts.
const touched = []
for (const name of [
  'fetch',
  'WebSocket',
  'XMLHttpRequest',
  'EventSource',
  'localStorage',
  'indexedDB',
  'setInterval',
]) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get: () => {
      touched.push(name)
      return undefined
    },
  })
}
const before = new Set(Reflect.ownKeys(globalThis))
await import(process.argv[2])
const added = Reflect.ownKeys(globalThis)
  .filter((key) => !before.has(key))
  .map(String)
const handles = process
  .getActiveResourcesInfo()
  .filter((name) => !/^(PipeWrap|TTYWrap|FSReqPromise|CloseReq|MessagePort)$/.test(name))
console.log(JSON.stringify({ touched, added, handles }))
