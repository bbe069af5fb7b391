import { PF_ERRORS } from '../common/errors.ts'
import { monotonicNow } from '../common/monotonic.ts'
import type { Logger } from '../log/logger.ts'
import { NO_CRASHES, noteDeath, noteService } from './crash-loop.ts'
import type { BootFailure, Member } from './crew.ts'
import { type ExitFacts, type ExitLine, type ExitStatus, exitLine, isBootFailure } from './exit-line.ts'
import type { Fleet, WorkerRecord } from './fleet.ts'
import type { OomKills } from './oom-kills.ts'
import type { Rollout } from './rollout.ts'

export interface ExitsOptions {
  readonly fleet: Fleet
  readonly rollout: Rollout
  readonly log: Logger
  readonly oomKills: Pick<OomKills, 'take'>
  /** Monotonic milliseconds; for tests. */
  readonly clock?: () => number
  /** Ends everything: the app did not boot at first start. */
  readonly giveUp: (exitCode: number) => void
}

/** Explains the end of every worker, and draws the consequences. */
export class Exits {
  readonly #fleet: Fleet
  readonly #rollout: Rollout
  readonly #log: Logger
  readonly #oomKills: Pick<OomKills, 'take'>
  readonly #clock: () => number
  readonly #giveUp: (exitCode: number) => void
  /** Why a worker could not boot, as the log has it, and its generation. */
  #told: { readonly generation: number; readonly why: string } | undefined

  constructor({ fleet, rollout, log, oomKills, clock = monotonicNow, giveUp }: ExitsOptions) {
    this.#fleet = fleet
    this.#rollout = rollout
    this.#log = log
    this.#oomKills = oomKills
    this.#clock = clock
    this.#giveUp = giveUp
  }

  /** Notes the end of a worker that is off the books. `started`: all workers have once served, so that the start has come about. */
  note(member: Member, status: ExitStatus, started: boolean): void {
    const { record, handle, bootFailure, crash } = member
    const line = exitLine(record, handle.pid, status, this.#factsOf(member, status), this.#clock())
    const failed = isBootFailure(record, status)
    // What it has said is told below.
    this.#log[bootFailure === undefined ? line.level : 'info'](line.text, line.fields)
    if (this.#fleet.phase !== 'running') return
    if (failed) return this.#noteBootFailure(member, line, started)
    if (bootFailure !== undefined) return this.#tellOvertaken(record, reasonOf(bootFailure))
    if (!line.unexpected) return this.#noteService(record)
    const why = crash === undefined ? line.text : `${line.text}\n${crash}`
    if (!this.#rollout.withdraw(record, why)) this.#pace(record)
  }

  #factsOf({ record, handle }: Member, { signal }: ExitStatus): ExitFacts {
    const unexplained = signal === 'SIGKILL' && record.killedAt === undefined
    const oomKilled = unexplained && this.#oomKills.take()
    return { ...handle.read(), peakMemory: handle.peakMemory, oomKilled }
  }

  #noteBootFailure({ record, bootFailure, crash }: Member, line: ExitLine, started: boolean): void {
    const { code, text }: BootFailure = bootFailure ?? { code: 'PF_BOOT', text: crash ?? line.text }
    const why = reasonOf({ code, text })
    this.#told = { generation: record.generation, why }
    if (this.#rollout.withdraw(record, why)) return
    if (text !== line.text) this.#log.error(why)
    if (started) this.#pace(record)
    else this.#giveUp(PF_ERRORS[code].exitCode)
  }

  /** One that could not boot had been told to leave meanwhile: what the others of its generation have not said is news. */
  #tellOvertaken({ generation }: WorkerRecord, why: string): void {
    if (this.#told?.generation === generation && this.#told.why === why) return
    this.#told = { generation, why }
    this.#log.warning(`A worker of generation ${generation}, not wanted any more, did not boot. ${why}`)
  }

  #noteService(record: WorkerRecord): void {
    const { crashes } = this.#fleet
    const loop = crashes.get(record.place)
    if (loop !== undefined) crashes.set(record.place, noteService(loop, this.#servedBy(record)))
  }

  /** Paces the next start in the place of a worker that has died. */
  #pace(record: WorkerRecord): void {
    const { place } = record
    const { crashes } = this.#fleet
    const at = this.#clock()
    const death = { at, served: this.#servedBy(record) }
    const loop = noteDeath(crashes.get(place) ?? NO_CRASHES, death, Math.random())
    crashes.set(place, loop)
    if (loop.spawnAfter <= at) return
    const pause = ((loop.spawnAfter - at) / 1000).toFixed(1)
    // One that was stuck has been replaced before it was gone.
    const next = this.#isTaken(place) ? 'another has its place' : `next start in ${pause} s`
    this.#log.warning(`Worker ${place} keeps dying (${loop.deaths} times in a row); ${next}`)
  }

  #isTaken(place: number): boolean {
    const { generation, workers } = this.#fleet
    return [...workers.values()].some(
      (worker) => worker.place === place && worker.generation === generation && worker.state !== 'draining'
    )
  }

  /** For how long it has served, in milliseconds. */
  #servedBy({ readyAt }: WorkerRecord): number {
    return readyAt === undefined ? 0 : this.#clock() - readyAt
  }
}

function reasonOf({ code, text }: BootFailure): string {
  return `${code === 'PF_APP' ? 'App failed to load' : 'Worker failed to boot'}: ${text}`
}
