import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DevnetAccount } from '@unimargin/devnet'
import { collateralRouterAbi, createJournal, type Hex, serialize } from '@unimargin/sdk'
import { fileJournalStorage } from '@unimargin/sdk/node'
import { keccak256, toHex } from 'viem'
import { build } from 'vite'
import { bootTwoChains, type TwoChains } from '../devnet/twoChains.fixture.ts'
import type { Task, Way, World } from './Program.ts'

/** How a program that died is started again: twice, one after the other, or twice at the same time. */
export const RESUMPTIONS = ['twice', 'by two'] as const
export type Resumption = (typeof RESUMPTIONS)[number]

/** A program that dies at a boundary, and how it is started again. */
export type Crash = { readonly way: Way; readonly killAt: number; readonly resumption: Resumption }

/** What became of a crash: what is wrong, if anything, and how far the move was when the program died. */
export type Outcome = {
  readonly problems: readonly string[]
  /** The last state in the journal of the program that died; nothing where it had not kept the move yet. */
  readonly diedIn: string | undefined
  /** What the next program did about it. */
  readonly resumed: string | undefined
}

/** Chains with owners, and a bundled program that moves an owner's collateral. */
export type Crashes = {
  readonly owners: readonly DevnetAccount[]
  /** How many boundaries a program has that nothing happens to. */
  readonly boundariesOf: (way: Way) => Promise<number>
  /** Plays a crash. An owner plays one at a time: what they have sent is counted. */
  readonly play: (owner: DevnetAccount, crash: Crash) => Promise<Outcome>
  readonly close: () => Promise<void>
}

const ETH = 10n ** 18n
/** Of every move: small, so that an owner has enough for all of them. */
const AMOUNT = ETH / 10_000n
/** Transactions that a move takes, and no more of them may ever be sent. */
const TRANSACTIONS: Readonly<Record<Way, number>> = { permit: 1, approve: 2, injected: 2 }
/** Programs at the same time: both cores, and no more. */
export const OWNERS = 2

type End = { readonly signal: string | null; readonly lines: readonly string[]; readonly complaints: string }

/** Boots real endpoints, OFTs, Aave pools and routers on two local chains. */
export async function prepareCrashes(): Promise<Crashes> {
  const stage = await bootTwoChains()
  // What a process wrote outlives it on any file system; one in memory is quick.
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'unimargin-crash-'))
  const running = new Set<ChildProcess>()
  const close = async () => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
    await stage.devnet.close()
  }
  try {
    const owners = stage.devnet.accounts.slice(0, OWNERS)
    for (const owner of owners) {
      const supply = { WETH: ETH }
      for (const chain of ['arbitrum', 'base'] as const) {
        await stage.devnet.openAavePosition({ chain, owner: owner.address, supply })
      }
      writeFileSync(join(home, owner.address), serialize(await quoteOf(stage, owner)))
    }
    writeFileSync(join(home, 'world'), serialize(worldOf(stage)))
    await bundle(home)
  } catch (error) {
    await close()
    throw error
  }

  let count = 0
  const run = (task: Task): Promise<End> => {
    const child = spawn(process.execPath, [join(home, 'child.js'), JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let out = ''
    let complaints = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text
    })
    return new Promise((resolve) => {
      child.on('close', (_code, signal) => {
        running.delete(child)
        resolve({ signal, lines: out.split('\n').filter((line) => line !== ''), complaints })
      })
    })
  }
  const taskOf = (owner: DevnetAccount, { way, killAt }: Pick<Crash, 'way' | 'killAt'>): Task => {
    count += 1
    const id = keccak256(toHex(`crash ${count}`))
    const [world, quote] = [join(home, 'world'), join(home, owner.address)]
    return { world, quote, id, key: owner.privateKey, way, directory: join(home, String(count)), killAt }
  }
  const sentBy = ({ address }: DevnetAccount) => stage.arbitrum.client.getTransactionCount({ address })

  return {
    owners: stage.devnet.accounts.slice(0, OWNERS),
    close,
    boundariesOf: async (way) => {
      const [owner = stage.owner] = stage.devnet.accounts
      const { lines, complaints } = await run(taskOf(owner, { way, killAt: 0 }))
      const boundaries = Number(/^boundaries (\d+)$/.exec(lines.at(-1) ?? '')?.[1])
      if (!(boundaries > 0))
        throw new TypeError(`the program did not come to its end: ${lines.join(', ')} ${complaints}`)
      return boundaries
    },
    play: async (owner, crash) => {
      const before = await sentBy(owner)
      const task = taskOf(owner, crash)
      const dead = await run(task)
      const diedIn = dead.signal === 'SIGKILL' ? (await lookInto(task))?.state : 'nothing'
      const again = { ...task, killAt: 0 }
      const problems: string[] = []
      const hold = (holds: boolean, problem: string) => void (holds || problems.push(problem))
      const lines: string[] = []
      const holdAll = async (ends: readonly End[]): Promise<void> => {
        for (const { signal, lines: own, complaints } of ends) {
          lines.push(...own)
          hold(signal === null && complaints === '', `a program that went on failed: ${complaints}`)
          hold(/^boundaries/.test(own.at(-1) ?? ''), `it ended with: ${own.join(', ')}`)
        }
        const move = await lookInto(task)
        hold(move?.state === 'credited', `the journal says ${move?.state}`)
        const { sent, credited } = await onChains(stage, task.id)
        hold(sent === 1, `${sent} moves were sent`)
        hold(credited === 1, `${credited} moves were credited`)
        const transactions = (await sentBy(owner)) - before
        hold(transactions === TRANSACTIONS[crash.way], `${transactions} transactions were sent`)
      }
      if (crash.resumption === 'by two') await holdAll(await Promise.all([run(again), run(again)]))
      else {
        await holdAll([await run(again)])
        await holdAll([await run(again)])
      }
      rmSync(task.directory, { recursive: true, force: true })
      const resumed = lines.find((line) => line.startsWith('resumed'))
      return { problems, diedIn, resumed }
    },
  }
}

async function quoteOf({ client, arbitrum, base }: TwoChains, { address }: DevnetAccount) {
  const view = await client.getMarginView({ owner: address })
  const positionOn = (chainId: number) => {
    const found = view.positions.find(({ market }) => market.chainId === chainId)
    if (found === undefined) throw new TypeError(`no position on ${chainId}`)
    return found.id
  }
  const [donor, receiver] = [positionOn(arbitrum.chainId), positionOn(base.chainId)]
  const goal = { asset: 'WETH', amount: AMOUNT, donorFloor: ETH }
  const plan = client.planMove({ view, donor, receiver, ...goal, acceptFlags: ['single-source'] })
  if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
  return client.getMoveQuote({ plan, owner: address, validFor: 1_000_000n })
}

function worldOf({ devnet }: TwoChains): World {
  return {
    chains: devnet.chains.map(({ chainId, name, rpcUrl, addresses }) => ({
      id: chainId,
      name,
      rpcUrl,
      multicall3: addresses.multicall3,
    })),
    markets: [devnet.marketOf('arbitrum'), devnet.marketOf('base')],
    routers: devnet.routers,
    routes: devnet.routes,
  }
}

async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['unimargin-source', 'module', 'node', 'import', 'default'] },
    ssr: { noExternal: true, resolve: { conditions: ['unimargin-source', 'module', 'node', 'import', 'default'] } },
    build: { ssr: join(import.meta.dirname, 'child.ts'), outDir, emptyOutDir: false, minify: false, target: 'node20' },
  })
}

/** What a journal has of the move: read from a copy, so that whoever comes next finds it as it was left. */
async function lookInto({ directory: left, id }: Task) {
  if (!existsSync(left)) return undefined
  const directory = `${left}-copy`
  cpSync(left, directory, { recursive: true })
  const journal = await createJournal({ storage: fileJournalStorage({ directory }) })
  const move = journal.get(id)
  await journal.close()
  rmSync(directory, { recursive: true, force: true })
  return move
}

/** How often the routers have sent and credited the move with an id: each of them tells by an event of its own. */
async function onChains({ arbitrum, base }: TwoChains, id: Hex) {
  const [source, destination] = [arbitrum, base]
  const sent = await source.client.getContractEvents({
    address: source.addresses.router,
    abi: collateralRouterAbi,
    eventName: 'MoveSent',
    args: { id },
    fromBlock: 0n,
  })
  const guids = sent.flatMap(({ args: { guid } }) => (guid === undefined ? [] : [guid]))
  const credited = await destination.client.getContractEvents({
    address: destination.addresses.router,
    abi: collateralRouterAbi,
    eventName: 'MoveCredited',
    args: { guid: guids },
    fromBlock: 0n,
  })
  return { sent: sent.length, credited: guids.length === 0 ? 0 : credited.length }
}
