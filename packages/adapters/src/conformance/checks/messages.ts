import { type DataIssue, issuesOf, type Market, type MarketReading, type Quantity } from '@unimargin/sdk'
import { encodeErrorResult, parseAbi } from 'viem'
import type { Check } from '../Check.ts'
import { sampleCalls } from '../sampleCalls.ts'
import { isPrintable } from './identity.ts'
import { selectorOf } from './malformed.ts'

const LONGEST = 400
const HOSTILE = encodeErrorResult({
  abi: parseAbi(['error Error(string)']),
  errorName: 'Error',
  args: ['\u001b[2J\u202e the pool\nsays https://node.example/key-0123456789abcdef'],
})

/** What is missing or doubtful says what it is, where it belongs and why, in one printable line, whatever a node or a contract wrote. */
export const messages: Check = {
  name: 'messages',
  says: 'what is missing or doubtful is named, in printable words',
  needs: 'any world',
  run: (observed, { tried, finding }, random) => {
    const { state, answers, adapter } = observed
    const { key, chainId } = adapter.market
    for (const text of flagFindings(observed.reading, adapter.market)) finding(text)
    for (const index of sampleCalls(observed, random)) {
      const marker = `node ${index} fell over`
      const failures = [
        { status: 'unavailable', reason: marker },
        { status: 'reverted', reason: 'reverted', data: HOSTILE },
      ] as const
      for (const failure of failures) {
        tried()
        const where = `without call ${index} (${selectorOf(observed, index)})`
        const step = state.decode(answers.map((answer, at) => (at === index ? failure : answer)))
        if (step.status === 'more') continue
        const issues = step.status === 'ok' ? issuesIn(step.value) : []
        const doubts = step.status === 'ok' ? flagFindings(step.value, adapter.market) : []
        for (const text of doubts) finding(`${where} ${text}`)
        const reasons =
          step.status === 'ok' ? [...issues.map(({ reason }) => reason), ...failuresIn(step.value)] : [step.reason]
        for (const reason of reasons) {
          if (reason.trim() === '' || !isPrintable(reason))
            finding(`${where} a reason is not printable: ${JSON.stringify(reason)}`)
          if (reason.length > LONGEST) finding(`${where} a reason is ${reason.length} characters long`)
        }
        for (const issue of issues) {
          if (issue.market !== key || issue.chainId !== chainId)
            finding(`${where} an issue names another market: ${issue.market}`)
          if (issue.path === '' || !isPrintable(issue.path))
            finding(`${where} an issue has no printable path: "${issue.path}"`)
        }
      }
    }
  },
}

/** A flag that names no market, or another one, keeps no move from being built on what it doubts. */
function flagFindings({ state, positions }: MarketReading, { key, chainId }: Market): readonly string[] {
  const flags = [
    ...(state.flags ?? []),
    ...positions.flatMap((position) => (position.status === 'ok' ? (position.value.flags ?? []) : [])),
  ]
  return flags.flatMap(({ kind, path, reason, ...flag }) => [
    ...(flag.market === key && flag.chainId === chainId
      ? []
      : [`a flag (${kind}) names another market: ${flag.market}`]),
    ...(path !== '' && isPrintable(path) ? [] : [`a flag (${kind}) has no printable path: ${JSON.stringify(path)}`]),
    ...(reason.trim() !== '' && isPrintable(reason) && reason.length <= LONGEST
      ? []
      : [`a flag (${kind}) has no printable reason: ${JSON.stringify(reason)}`]),
  ])
}

function failuresIn({ positions }: MarketReading): readonly string[] {
  return positions.flatMap((position) => (position.status === 'ok' ? [] : [position.reason]))
}

/** Issues of all quantities of a reading. */
function issuesIn({ state, positions }: MarketReading): readonly DataIssue[] {
  const quantities: readonly (Quantity | undefined)[] = [
    ...state.reserves.flatMap((one) => [
      one.price,
      one.oracle?.updatedAt,
      one.supplyRoom,
      one.borrowRoom,
      one.availableLiquidity,
      one.supplyRate,
      one.borrowRate,
    ]),
    state.unit?.price,
    ...positions.flatMap((position) =>
      position.status === 'ok'
        ? [...position.value.collateral, ...position.value.debt].flatMap(({ amount, price, value }) => [
            amount,
            price,
            value,
          ])
        : [],
    ),
  ]
  return quantities.flatMap((quantity) => (quantity === undefined ? [] : issuesOf(quantity)))
}
