import type { MarginClient, MoveStage, MoveStatus } from '@unimargin/sdk'

/** Watches a move until it has come to a stage, and answers with its status there. */
export function followMove(
  client: MarginClient,
  parameters: {
    readonly move: MoveStatus['move']
    readonly until: MoveStage
    readonly onStage: (status: MoveStatus) => void | Promise<void>
  },
): Promise<MoveStatus> {
  const { move, until, onStage } = parameters
  return new Promise((done, fail) => {
    const react = async (status: MoveStatus): Promise<void> => {
      await onStage(status)
      if (status.stage === until) {
        stop()
        done(status)
      } else if (status.stage === 'parked' || status.stage === 'failed') {
        fail(new RangeError(`the move ended ${status.stage}`))
      }
    }
    const stop = client.watchMove({
      move,
      pollingInterval: 50,
      onStage: (_, status) => void react(status).catch(fail),
      onError: fail,
    })
  })
}
