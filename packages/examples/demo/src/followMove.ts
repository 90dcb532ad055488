import { isTerminal, type MarginClient, type MoveState, type MoveStatus } from '@unimargin/sdk'

/** Watches a move until it has come to a state, and answers with its status there. */
export function followMove(
  client: MarginClient,
  parameters: {
    readonly move: MoveStatus['move']
    readonly until: MoveState
    readonly onState: (status: MoveStatus) => void | Promise<void>
  },
): Promise<MoveStatus> {
  const { move, until, onState } = parameters
  return new Promise((done, fail) => {
    const react = async (status: MoveStatus): Promise<void> => {
      await onState(status)
      if (status.state === until) {
        stop()
        done(status)
      } else if (isTerminal(status.state)) {
        fail(new RangeError(`the move ended ${status.state}`))
      }
    }
    const stop = client.watchMove({
      move,
      pollingInterval: 50,
      onState: (_, status) => void react(status).catch(fail),
      onError: fail,
    })
  })
}
