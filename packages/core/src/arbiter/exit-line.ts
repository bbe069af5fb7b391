import { lifeFields, lifeText, type WorkerLife } from '../common/worker-life.ts'
import type { LogFields } from '../log/logger.ts'
import type { WorkerRecord } from './fleet.ts'

/** How a process ended, as `wait(2)` tells it. */
export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why the process could not be started, if it could not. */
  readonly error?: string
  /** What Node says it died of, if it had the time: `Allocation failed - JavaScript heap out of memory`. */
  readonly fatal?: string | undefined
}

/** What is known of a worker's work when it has ended. */
export interface ExitFacts extends Omit<WorkerLife, 'lifetime'> {
  /** The kernel has killed a process for want of memory, and no other death is explained by it. */
  readonly oomKilled: boolean
}

/** One sentence on a worker's end: cause, code or signal and who sent it, how long it lived, what it served and lost. */
export interface ExitLine {
  readonly level: 'info' | 'error'
  readonly text: string
  /** For JSON logs. */
  readonly fields: LogFields
  /** pf did not ask for it. */
  readonly unexpected: boolean
}

/** Why a worker has ended, for machines. */
type Cause =
  | 'drained'
  | 'recycled'
  | 'quit'
  | 'not-started'
  | 'boot-failure'
  | 'boot-timeout'
  | 'stuck'
  | 'graceful-timeout'
  | 'quit-timeout'
  | 'out-of-memory'
  | 'heap-out-of-memory'
  | 'fatal-error'
  | 'signal'
  | 'exit'

/** Why the arbiter has put an end to a worker, for people. */
const VERDICTS: Partial<Record<Cause, string>> = {
  'boot-timeout': 'not ready within the boot timeout',
  stuck: 'its event loop was stuck',
  'graceful-timeout': 'not finished within the graceful timeout',
  'quit-timeout': 'did not leave when told'
}

/** Explains the end of `worker`. `now` is monotonic milliseconds. */
export function exitLine(
  worker: WorkerRecord,
  pid: number | undefined,
  status: ExitStatus,
  facts: ExitFacts,
  now: number
): ExitLine {
  const asked = worker.state === 'draining' || worker.quitAt !== undefined
  const cause = causeOf(worker, status, facts, asked)
  const peaceful = cause === 'drained' || cause === 'recycled' || cause === 'quit'
  const life = { ...facts, lifetime: (now - worker.startedAt) / 1000 }
  const text = `Worker (pid:${pid ?? '-'}) ${describe(cause, worker, status)}`
  // A signal to the whole process group may come before the worker knows that the arbiter acts on those.
  const early = asked && isGroupSignal(status.signal)
  return {
    level: peaceful || early ? 'info' : 'error',
    text: cause === 'not-started' ? text : `${text}; ${lifeText(life)}`,
    fields: {
      event: 'worker-exit',
      cause,
      worker: pid ?? null,
      place: worker.place,
      generation: worker.generation,
      code: status.code,
      signal: status.signal,
      sender: senderOf(worker, status, facts) ?? null,
      recycled: worker.recycling ?? null,
      ...lifeFields(life)
    },
    unexpected: !asked
  }
}

/** Whether a worker has ended, of itself, before it could serve. */
export function isBootFailure({ state, quitAt }: WorkerRecord, { signal }: ExitStatus): boolean {
  return state === 'booting' && quitAt === undefined && !isGroupSignal(signal)
}

/** Whether a signal is one that terminals and service managers send to all processes of a group. */
function isGroupSignal(signal: NodeJS.Signals | null): boolean {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGQUIT' || signal === 'SIGHUP'
}

function causeOf(worker: WorkerRecord, status: ExitStatus, facts: ExitFacts, asked: boolean): Cause {
  const { code, signal, fatal } = status
  if (asked && code === 0) {
    if (worker.quitAt !== undefined) return 'quit'
    return worker.recycling === undefined ? 'drained' : 'recycled'
  }
  if (code === null && signal === null) return 'not-started'
  const sender = senderOf(worker, status, facts)
  if (sender === 'arbiter') return verdictOn(worker)
  if (sender === 'kernel') return 'out-of-memory'
  if (fatal !== undefined) return /out of memory/i.test(fatal) ? 'heap-out-of-memory' : 'fatal-error'
  if (isBootFailure(worker, status)) return 'boot-failure'
  return signal === null ? 'exit' : 'signal'
}

/** Why the arbiter has sent ABRT or KILL. */
function verdictOn({ abortedAt, quitAt, state }: WorkerRecord): Cause {
  if (abortedAt !== undefined) return state === 'booting' ? 'boot-timeout' : 'stuck'
  return quitAt === undefined ? 'graceful-timeout' : 'quit-timeout'
}

/** Who sent the signal that has ended a worker; undefined when it was none. */
function senderOf(
  { abortedAt, killedAt }: WorkerRecord,
  { signal, fatal }: ExitStatus,
  { oomKilled }: ExitFacts
): 'arbiter' | 'kernel' | 'worker' | 'other' | undefined {
  if (signal === null) return undefined
  if (signal === 'SIGKILL' && killedAt !== undefined) return 'arbiter'
  if (signal === 'SIGKILL' && oomKilled) return 'kernel'
  if (signal === 'SIGABRT' && fatal !== undefined) return 'worker'
  if (signal === 'SIGABRT' && abortedAt !== undefined) return 'arbiter'
  return 'other'
}

function describe(cause: Cause, worker: WorkerRecord, status: ExitStatus): string {
  switch (cause) {
    case 'drained':
      return 'has drained'
    case 'recycled':
      return `was recycled (${worker.recycling})`
    case 'quit':
      return 'has left at once, as told'
    case 'not-started':
      return `could not be started${status.error ? `: ${status.error}` : ''}`
    case 'out-of-memory':
      return `was ended by ${status.signal}, sent by the kernel: there was no memory left in its control group`
    case 'heap-out-of-memory':
      return 'has died for want of memory in its JavaScript heap (see --max-old-space-size of Node)'
    case 'fatal-error':
      return `has died of a fatal error in Node: ${status.fatal}`
    case 'boot-failure':
      return `${describeEnd(cause, status)}, before it was ready`
    default:
      return describeEnd(cause, status)
  }
}

function describeEnd(cause: Cause, { code, signal }: ExitStatus): string {
  const verdict = VERDICTS[cause]
  if (signal === null) return `exited with code ${code}`
  if (verdict !== undefined) return `was ended by ${signal}, sent by the arbiter: ${verdict}`
  const perhaps = signal === 'SIGKILL' ? ' (perhaps for want of memory)' : ''
  return `was ended by ${signal}, not sent by pf${perhaps}`
}
