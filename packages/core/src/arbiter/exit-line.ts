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

/** What a worker last said of its work. */
export interface WorkerCounts {
  readonly requests: number
  readonly inFlight: number
}

/** One sentence on a worker's end: cause, code or signal and who sent it, how long it lived, what it served and lost. */
export interface ExitLine {
  readonly level: 'info' | 'error'
  readonly text: string
  /** pf did not ask for it. */
  readonly unexpected: boolean
}

/** Explains the end of `worker`. `counts` are those of its last message; `now` is monotonic milliseconds. */
export function exitLine(
  worker: WorkerRecord,
  pid: number | undefined,
  status: ExitStatus,
  counts: WorkerCounts,
  now: number
): ExitLine {
  const asked = worker.state === 'draining' || worker.quitAt !== undefined
  const peaceful = asked && status.signal === null && status.code === 0
  const life = `lived ${((now - worker.startedAt) / 1000).toFixed(1)} s, requests served: ${counts.requests}`
  const lost = peaceful ? '' : `, in flight at its last heartbeat: ${counts.inFlight}`
  const text = `Worker (pid:${pid ?? '-'}) ${cause(worker, status, peaceful)}; ${life}${lost}`
  // A signal to the whole process group may come before the worker knows that the arbiter acts on those.
  const early = asked && isGroupSignal(status.signal)
  return { level: peaceful || early ? 'info' : 'error', text, unexpected: !asked }
}

/** Whether a worker has ended, of itself, before it could serve. */
export function isBootFailure({ state, quitAt }: WorkerRecord, { signal }: ExitStatus): boolean {
  return state === 'booting' && quitAt === undefined && !isGroupSignal(signal)
}

/** Whether a signal is one that terminals and service managers send to all processes of a group. */
function isGroupSignal(signal: NodeJS.Signals | null): boolean {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGQUIT' || signal === 'SIGHUP'
}

function cause(worker: WorkerRecord, { code, signal, error }: ExitStatus, peaceful: boolean): string {
  if (peaceful && worker.quitAt !== undefined) return 'has left at once, as told'
  if (peaceful) return worker.recycling !== undefined ? `was recycled (${worker.recycling})` : 'has drained'
  if (signal === null && code === null) return `could not be started${error ? `: ${error}` : ''}`
  if (signal === null) return `exited with code ${code}`
  return `was ended by ${signal}, ${sender(worker, signal)}`
}

function sender(worker: WorkerRecord, signal: NodeJS.Signals): string {
  if (signal === 'SIGKILL' && worker.killedAt !== undefined) return 'sent by the arbiter'
  if (signal === 'SIGABRT' && worker.abortedAt !== undefined) return 'sent by the arbiter'
  return signal === 'SIGKILL' ? 'not sent by pf (perhaps out of memory)' : 'not sent by pf'
}
