import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../../fuzz/random.ts'
import { ChaosPf } from './chaos-pf.ts'
import { DISTURBANCES, type Kind, type Scene } from './disturbances.ts'
import { account } from './losses.ts'
import { BREAKAGES, Site } from './site.ts'
import { StrictLoad } from './strict-load.ts'
import { Usage } from './usage.ts'

export interface CampaignOptions {
  readonly workerClass: string
  readonly seed: number
  readonly counts: Partial<Readonly<Record<Kind, number>>>
  /** Settings beside those that the campaign needs. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Called with each line of the time line, as it is written. */
  readonly progress?: (line: string) => void
  /** Ends it early, with all that belongs to it. */
  readonly interrupt?: AbortSignal
}

export interface CampaignReport {
  /** What should not have been, in words. Empty for a campaign that went well. */
  readonly problems: readonly string[]
  readonly timeline: readonly string[]
  readonly figures: Readonly<Record<string, number | string>>
}

/** What had come about at some time, in Unix milliseconds. */
interface Books {
  readonly at: number
  readonly losses: number
  readonly deaths: number
  readonly sacrificed: number
}

const WORKERS = 2
/** After so many disturbances an arbiter has done everything once, more or less. */
const WARM_UP = 5
/** So often it is looked what an arbiter uses. */
const BETWEEN_LOOKS = 50

/** Seconds. Short, so that much happens in little time; long enough for a machine that stalls. */
const SETTINGS = {
  workers: WORKERS,
  timeout: 3,
  gracefulTimeout: 60,
  bootTimeout: 60,
  reloadProbation: 0.1,
  stallWarning: 0,
  maxRequests: 4000,
  maxRequestsJitter: 2000,
  maxMemory: '400M',
  maxLifetime: 5,
  maxLifetimeJitter: 15
}

/** Has all that `counts` says happen to a pf under load, in an order that the seed decides, and says what came of it. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const campaign = new Campaign(options)
  options.interrupt?.addEventListener('abort', () => campaign.interrupt())
  try {
    await campaign.run()
  } finally {
    campaign.destroy()
  }
  return campaign.report()
}

class Campaign {
  readonly #options: CampaignOptions
  readonly #random: Random
  readonly #site: Site
  readonly #pf: ChaosPf
  readonly #timeline: string[] = []
  readonly #problems: string[] = []
  readonly #start = performance.now()
  #load: StrictLoad | undefined
  #scene: Scene | undefined
  readonly #usage = new Usage()
  #unread = 0
  #seconds = 0

  constructor(options: CampaignOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    // New workers one by one, or all at once.
    const reloadSurge = options.seed % 2 === 0 ? 1 : WORKERS
    const { workerClass, settings } = options
    this.#site = new Site({ ...SETTINGS, reloadSurge, workerClass, ...settings })
    const binds = ['-b', '127.0.0.1:0', '-b', `unix:${this.#site.socket}`]
    this.#pf = new ChaosPf(['app.mjs', ...binds], this.#site.cwd)
  }

  async run(): Promise<void> {
    try {
      await this.#begin()
      const { early, late } = this.#plan()
      await this.#disturbAll(early.slice(0, WARM_UP))
      await this.#measure()
      await this.#disturbAll(early.slice(WARM_UP))
      await this.#measure()
      await this.#disturbAll(late)
      await this.#measure()
      await this.#end()
    } catch (error) {
      this.#problem((error as Error).message)
      this.#problem(`the end of the log:\n${this.#pf.tail(25)}`)
    }
    this.#seconds = (performance.now() - this.#start) / 1000
  }

  /** Whatever it waits for ends with pf. */
  interrupt(): void {
    this.#problem('interrupted')
    this.#pf.destroy()
  }

  destroy(): void {
    this.#load?.destroy()
    this.#pf.destroy()
    this.#site.remove()
  }

  report(): CampaignReport {
    const { workerClass, seed, counts } = this.#options
    const pf = this.#pf
    const inFlight = sum(pf.deaths.map((exit) => exit.inFlight))
    const figures = {
      class: workerClass,
      seed,
      ...counts,
      'requests answered': this.#load?.answered ?? 0,
      'lost with their worker': this.#load?.losses.length ?? 0,
      'in flight by the exit lines': inFlight,
      'of the lost perhaps not read yet': this.#unread,
      'workers booted': pf.booted.length,
      recycled: tally(pf.exits.flatMap(({ recycled }) => recycled ?? [])),
      'arbiter, MiB': this.#usage.figures.memory,
      'arbiter, descriptors': this.#usage.figures.descriptors,
      'log disk': this.#site.disk,
      seconds: Math.round(this.#seconds)
    }
    return { problems: this.#problems, timeline: this.#timeline, figures }
  }

  async #begin(): Promise<void> {
    const pf = this.#pf
    const { message } = await pf.untilLog(/^Listening at: /, 0)
    const port = Number(/:(\d+),/.exec(message)?.[1])
    await pf.untilSettled(WORKERS)
    const to = [{ port, host: '127.0.0.1' }, { path: this.#site.socket }]
    const load = new StrictLoad({ to, seed: this.#options.seed })
    this.#load = load
    await load.answersFrom(pf.serving)
    this.#scene = {
      pf,
      site: this.#site,
      load,
      random: this.#random,
      port,
      // In a gthread worker an app ends only its thread, and a new one takes its place.
      breakages: BREAKAGES.filter((how) => how !== 'app-exits' || this.#options.workerClass !== 'gthread'),
      sacrificed: 0,
      note: (what) => this.#note(what)
    }
  }

  /** All disturbances in some order; upgrades only in the second half, since an arbiter that is replaced shows no leak. */
  #plan(): { early: Kind[]; late: Kind[] } {
    const kinds = Object.entries(this.#options.counts) as [Kind, number][]
    const early: Kind[] = []
    const late: Kind[] = []
    for (const [kind, count] of kinds) {
      for (let index = 0; index < count; index++)
        (kind === 'upgrades' || index < count / 2 ? late : early).push(kind)
    }
    return { early: this.#shuffled(early), late: this.#shuffled(late) }
  }

  #shuffled<Item>(items: readonly Item[]): Item[] {
    const rest = [...items]
    return items.map(() => rest.splice(this.#random.below(rest.length), 1)[0] as Item)
  }

  async #disturbAll(kinds: readonly Kind[]): Promise<void> {
    for (const [index, kind] of kinds.entries()) {
      await this.#disturb(kind)
      if (index % BETWEEN_LOOKS === BETWEEN_LOOKS - 1) await this.#measure()
    }
  }

  async #disturb(kind: Kind): Promise<void> {
    const scene = this.#scene as Scene
    const before = this.#books()
    await DISTURBANCES[kind](scene)
    await this.#settle()
    this.#check(kind, before)
    // Not always at the same distance from what was before.
    await sleep(this.#random.below(30))
  }

  async #settle(): Promise<void> {
    const pf = this.#pf
    const load = this.#load as StrictLoad
    await pf.until(`${WORKERS} workers, all of them ready`, () => {
      return pf.serving.filter((pid) => pf.living.includes(pid)).length >= WORKERS
    })
    await load.progress(10)
  }

  async #measure(): Promise<void> {
    const pf = this.#pf
    this.#note(await this.#usage.look(pf.arbiter, () => pf.untilSettled(WORKERS)))
  }

  #books(): Books {
    const { losses } = this.#load as StrictLoad
    return {
      at: Date.now(),
      losses: losses.length,
      deaths: this.#pf.deaths.length,
      sacrificed: (this.#scene as Scene).sacrificed
    }
  }

  /** What was lost since `before` must be what the workers held that have died since. */
  #check(kind: Kind, before: Books): void {
    const losses = (this.#load as StrictLoad).losses.slice(before.losses)
    const deaths = this.#pf.deaths.slice(before.deaths)
    const own = (this.#scene as Scene).sacrificed - before.sacrificed
    const { unread, problem } = account({ losses, deaths, own, since: before.at })
    this.#unread += unread
    if (problem !== undefined) this.#problem(`${kind}: ${problem}`)
  }

  async #end(): Promise<void> {
    const pf = this.#pf
    this.#note('the load ends')
    await (this.#load as StrictLoad).stop()
    await pf.untilSettled(pf.serving.length)
    this.#note('TERM')
    const { arbiter } = pf
    pf.signal('SIGTERM')
    await pf.untilLog(/^Shutting down: arbiter/, 0)
    const left = await pf.untilGone()
    if (left.length > 0)
      this.#problem(`processes that have outlived their arbiter ${arbiter}: ${left.join(' ')}`)
    this.#checkExitLines()
    for (const problem of this.#usage.problems) this.#problem(problem)
    if (pf.garbage.length > 0) this.#problem(`lines in the log that are not JSON:\n${pf.garbage.join('\n')}`)
  }

  #checkExitLines(): void {
    const told = this.#pf.exits.map(({ worker }) => worker).sort((a, b) => a - b)
    const booted = [...this.#pf.booted].sort((a, b) => a - b)
    if (told.join() !== booted.join())
      this.#problem(`not one exit line for each worker: ${told.length} lines, ${booted.length} workers`)
  }

  #note(what: string): void {
    const line = `+${((performance.now() - this.#start) / 1000).toFixed(3)} s  ${what}`
    this.#timeline.push(line)
    this.#options.progress?.(line)
  }

  #problem(what: string): void {
    this.#problems.push(what)
    this.#note(`PROBLEM: ${what}`)
  }
}

/** How many there are of each, in words. */
function tally(words: readonly string[]): string {
  return [...Map.groupBy(words, (word) => word)].map(([word, { length }]) => `${word} ${length}`).join(', ')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
