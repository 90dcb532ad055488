// Puts small mistakes into the contracts, one at a time, and says which of them no test notices. LIMIT says how many of them
// (200 otherwise, 0 for all), chosen by SEED (1); FILES is a part of the names of the files to look at; SURVIVORS=1 plays those
// again that survived last. JOBS says how many at a time. What was judged is kept, so that a run that was stopped goes on where
// it was: what survived until a contract or a test changes, and what was killed until its own file does (tests are added, and
// seldom taken away; FRESH=1 forgets all).
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { root } from '../run.ts'
import { compile, parse, type Target } from '../Solidity.ts'
import * as Mutants from './Mutants.ts'
import { EXPLAINED } from './survivors.ts'
import * as Workspace from './Workspace.ts'

/** `suspect`: survived without the optimizer, and is to be judged again as it is deployed. */
type Verdict = 'killed' | 'survived' | 'suspect' | 'equivalent' | 'invalid'
type Judgement = { readonly key: string; readonly id: string; readonly verdict: Verdict; readonly by: string }

const contracts = join(root, 'contracts')
const folder = join(contracts, 'cache/mutate')
const journal = join(folder, 'judgements.jsonl')
/** Stays as it is while a run lasts. */
const copy = join(folder, 'plain')
const limit = Number(process.env.LIMIT ?? '200')
const seed = process.env.SEED ?? '1'
const jobs = Number(process.env.JOBS ?? Math.max(1, Math.floor(availableParallelism() / 2)))
const LEAST = 0.95
const ROUTER = 'src/CollateralRouter.sol'

const sources = [...Workspace.filesIn('src'), ...Workspace.filesIn('test')]
const text = new Map(sources.map((file) => [file, readFileSync(join(contracts, file), 'utf8')]))
const imports = Workspace.importsOf(sources)
const key = createHash('sha256')
  .update([...text].flat().join('\0') + readFileSync(join(contracts, 'foundry.toml'), 'utf8'))
  .digest('hex')
  .slice(0, 16)

const isMutated = (file: string) =>
  !/^src\/(devnet|interfaces|simulation)\//.test(file) &&
  file.startsWith('src/') &&
  file.includes(process.env.FILES ?? '')
const trees = parse(sources.filter(isMutated), contracts)
const all = [...trees].flatMap(([file, ast]) => Mutants.of(file, text.get(file) ?? '', ast))
const idOf = (mutant: Mutants.Mutant) =>
  [
    mutant.file,
    createHash('sha256')
      .update(text.get(mutant.file) ?? '')
      .digest('hex')
      .slice(0, 16),
    mutant.start,
    mutant.end,
    mutant.to,
  ].join(' ')

mkdirSync(folder, { recursive: true })
const judged = existsSync(journal)
  ? readFileSync(journal, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Judgement)
  : []
const survivedLast = new Set<string>()
for (const { id, verdict } of judged) {
  if (verdict === 'survived') survivedLast.add(id)
  else if (verdict !== 'suspect') survivedLast.delete(id)
}
const known = new Map(
  judged
    .filter((one) => one.key === key || (one.verdict !== 'survived' && one.verdict !== 'suspect'))
    .map((one) => [one.id, one]),
)
if (process.env.FRESH === '1') known.clear()

const isSecondLook = process.env.SURVIVORS === '1'
const order = (mutant: Mutants.Mutant) =>
  createHash('sha256')
    .update(`${seed} ${Mutants.nameOf(mutant)} ${mutant.start}`)
    .digest('hex')
const candidates = isSecondLook
  ? all.filter((mutant) => survivedLast.has(idOf(mutant)))
  : all
      .map((mutant) => ({ mutant, rank: order(mutant) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .map(({ mutant }) => mutant)
const wanted = limit === 0 || isSecondLook ? candidates.length : limit
console.log(`${all.length} mutants of ${trees.size} files; SEED=${seed}, up to ${wanted} of them, key ${key}`)

/** What has to be compiled for a file: what tests of a connector alone deploy, and then what is really deployed. */
function targetsOf(file: string): { readonly small: readonly Target[]; readonly whole: readonly Target[] } {
  const reaches = (from: string, to: string) => imports.get(from)?.has(to) === true
  const targetsIn = (from: string) => Workspace.contractsIn(from).map((contract) => ({ file: from, contract }))
  const isNamed = (from: string) =>
    from.endsWith('.t.sol') && (text.get(from) ?? '').includes(`/${file.split('/').at(-1)}"`)
  const small = sources.filter(
    (from) =>
      from.startsWith('test/') &&
      reaches(from, file) &&
      !reaches(from, ROUTER) &&
      (/Hosts?\.sol$/.test(from) || isNamed(from)),
  )
  const whole = sources.filter(
    (from) => from.startsWith('src/') && !from.startsWith('src/devnet/') && reaches(from, file),
  )
  return { small: small.flatMap(targetsIn), whole: whole.flatMap(targetsIn) }
}

const originals = new Map<string, string>()
/** The code of those targets in which the mutant makes a difference, or `undefined` if it does not compile. */
function differing(targets: readonly Target[], mutant: Mutants.Mutant, isOptimized: boolean) {
  const name = ({ file, contract }: Target) => `${file}:${contract}:${isOptimized}`
  const missing = targets.filter((target) => !originals.has(name(target)))
  for (const [target, { creation }] of compile(missing, copy, new Map(), isOptimized) ?? []) {
    originals.set(name(target), creation)
  }
  const mutated = new Map([[mutant.file, Mutants.apply(mutant, text.get(mutant.file) ?? '')]])
  const code = compile(targets, copy, mutated, isOptimized)
  return code && new Map([...code].filter(([target, { creation }]) => creation !== originals.get(name(target))))
}

const QUICK = { FOUNDRY_FUZZ_RUNS: '64', FOUNDRY_INVARIANT_RUNS: '12' }
const SLOW = { FOUNDRY_FUZZ_RUNS: '256', FOUNDRY_INVARIANT_RUNS: '24' }
const UNIT = ['--match-path', 'test/unit/**']
const OTHERS = ['--no-match-path', 'test/unit/**']

/** Without the optimizer a compiler takes a fifth of the time: what survives there is judged again as it is deployed. */
async function judge(
  mutant: Mutants.Mutant,
  plain: Workspace.Workspace,
  exempt: readonly string[],
): Promise<Omit<Judgement, 'key' | 'id'>> {
  const { small, whole } = targetsOf(mutant.file)
  const inSmall = differing(small, mutant, false)
  if (inSmall === undefined) return { verdict: 'invalid', by: '' }
  if (inSmall.size > 0) {
    const files = new Set([...inSmall.keys()].map(({ file }) => file))
    const tests = sources.filter(
      (from) => from.endsWith('.t.sol') && [...files].some((file) => imports.get(from)?.has(file)),
    )
    const run = await Workspace.test(
      plain,
      inSmall,
      ['--match-path', `{${tests.join(',')},-}`, ...without(exempt)],
      QUICK,
    )
    if (!run.passed) return { verdict: 'killed', by: run.by }
  }
  const inWhole = differing(whole, mutant, false)
  if (inWhole === undefined) return { verdict: 'invalid', by: '' }
  const code = new Map([...inSmall, ...inWhole])
  for (const args of [UNIT, OTHERS]) {
    if (code.size === 0) break
    const run = await Workspace.test(plain, code, [...args, ...without(exempt)], QUICK)
    if (!run.passed) return { verdict: 'killed', by: run.by }
  }
  return { verdict: 'suspect', by: '' }
}

async function judgeAgain(mutant: Mutants.Mutant): Promise<Omit<Judgement, 'key' | 'id'>> {
  const { small, whole } = targetsOf(mutant.file)
  const deployed = differing([...small, ...whole], mutant, true)
  if (deployed === undefined) return { verdict: 'invalid', by: '' }
  if (deployed.size === 0) return { verdict: 'equivalent', by: '' }
  optimized ??= await openDeployed()
  const run = await Workspace.test(optimized.workspace, deployed, without(optimized.exempt), SLOW)
  return run.passed ? { verdict: 'survived', by: '' } : { verdict: 'killed', by: run.by }
}

let optimized: { readonly workspace: Workspace.Workspace; readonly exempt: readonly string[] } | undefined

async function openDeployed() {
  const workspace = await Workspace.open('optimized', true)
  const exempt = await failingOnce(workspace)
  if (exempt.length > 0) console.log(`judges nothing as deployed: ${exempt.join(', ')}`)
  return { workspace, exempt }
}

const without = (exempt: readonly string[]) =>
  exempt.length === 0 ? [] : ['--no-match-test', `^(${exempt.join('|')})(\\(|$)`]

function show(mutant: Mutants.Mutant, { verdict, by }: { readonly verdict: Verdict; readonly by: string }): void {
  const { file, line, operator, from, to } = mutant
  const short = (value: string) => JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
  console.log(`${verdict.padEnd(10)} ${file}:${line} ${operator}: ${short(from)} → ${short(to)} ${by}`)
  if (verdict !== 'survived' && verdict !== 'suspect') return
  const before = (text.get(file) ?? '').split('\n')
  const after = Mutants.apply(mutant, text.get(file) ?? '').split('\n')
  const lines = before.length - after.length
  for (let at = line - 1; at < line + from.split('\n').length - 1; at++)
    console.log(`           - ${before[at]?.trim()}`)
  for (let at = line - 1; at < line + from.split('\n').length - 1 - lines; at++)
    console.log(`           + ${after[at]?.trim()}`)
}

/** The whole suite runs for it, so that a run that goes on does not ask again. */
async function failingOnce(workspace: Workspace.Workspace): Promise<readonly string[]> {
  const answer = join(folder, `failing-${workspace.isOptimized ? 'deployed' : 'plain'}-${key}.json`)
  if (existsSync(answer)) return JSON.parse(readFileSync(answer, 'utf8')) as string[]
  const names = await Workspace.failing(workspace, QUICK)
  writeFileSync(answer, JSON.stringify(names))
  return names
}

const verdicts = new Map<Mutants.Mutant, Verdict>()
const counts = () => [...verdicts.values()].filter((one) => one !== 'equivalent' && one !== 'invalid').length
const queue = [...candidates]

/** Takes down what was said, once. */
function settle(mutant: Mutants.Mutant, judgement: Omit<Judgement, 'key' | 'id'>): void {
  const id = idOf(mutant)
  const before = known.get(id)
  verdicts.set(mutant, judgement.verdict)
  if (before?.verdict !== judgement.verdict) {
    appendFileSync(journal, `${JSON.stringify({ key, id, ...judgement })}\n`)
    known.set(id, { key, id, ...judgement })
    show(mutant, judgement)
  }
}

async function work(workspace: Workspace.Workspace, exempt: readonly string[]): Promise<void> {
  for (;;) {
    const mutant = counts() < wanted ? queue.shift() : undefined
    if (mutant === undefined) return
    // Counts while it is looked at, so that no more are taken than are wanted.
    verdicts.set(mutant, 'suspect')
    settle(mutant, known.get(idOf(mutant)) ?? (await judge(mutant, workspace, exempt)))
  }
}

const first = await Workspace.open('plain', false)
const exempt = await failingOnce(first)
if (exempt.length > 0) console.log(`judged only as deployed: ${exempt.join(', ')}`)
const workspaces = [first]
while (workspaces.length < jobs) workspaces.push(await Workspace.open(`plain-${workspaces.length}`, false, first))
// What turns out to be no mistake at all makes room for others.
do {
  await Promise.all(workspaces.map((workspace) => work(workspace, exempt)))
  for (const [mutant, verdict] of verdicts) {
    if (verdict === 'suspect') settle(mutant, await judgeAgain(mutant))
  }
} while (counts() < wanted && queue.length > 0)

const results = [...verdicts].map(([mutant, verdict]) => ({ mutant, verdict }))
const total = counts()
const survivors = results.filter(({ verdict }) => verdict === 'survived')
const unexplained = survivors.filter(({ mutant }) => EXPLAINED[Mutants.nameOf(mutant)] === undefined)
const share = total === 0 ? 1 : (total - survivors.length) / total
console.log(
  `\n${total} mutants, ${total - survivors.length} killed (${(100 * share).toFixed(1)} %), ${survivors.length} survived`,
)
for (const { mutant } of unexplained) console.log(`without an explanation: ${Mutants.nameOf(mutant)}`)
process.exitCode = (share >= LEAST || isSecondLook) && unexplained.length === 0 ? 0 : 1
