/** Runs tasks one after the other, in the order of the calls. A task that fails does not stop the next. */
export type Queue = <value>(task: () => Promise<value>) => Promise<value>

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    last = run.catch(() => {})
    return run
  }
}
