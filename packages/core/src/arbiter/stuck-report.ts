import { mebibytes } from '../common/mebibytes.ts'
import { isOwnFile } from '../common/own-stack.ts'
import { LONGEST_HEARTBEAT_MS } from '../common/protocol.ts'
import { type Frame, STACKS_PACKAGE, type ThreadStack } from '../common/stacks.ts'
import type { LogFields } from '../log/logger.ts'
import type { Inspection } from './inspection.ts'
import type { InspectCause } from './plan.ts'

/** Why a worker was looked into, and what the log says of it. */
const HEADINGS: Readonly<Record<InspectCause, string>> = {
  stall: 'Worker stalls',
  stuck: 'WORKER TIMEOUT',
  boot: 'WORKER BOOT TIMEOUT'
}

export interface StuckReport {
  /** Several lines. */
  readonly text: string
  /** For JSON logs. */
  readonly fields: LogFields
}

/** Requests beyond so many are only counted. */
const MOST_REQUESTS = 10

const STATES: Record<string, string> = {
  R: 'running',
  S: 'sleeping',
  D: 'waiting for a device',
  T: 'stopped by a signal',
  t: 'stopped by a debugger'
}

/** Says where a worker hangs, what it is at work on, and what it uses. */
export function stuckReport(
  cause: InspectCause,
  pid: number | undefined,
  inspection: Inspection
): StuckReport {
  const { at, reading } = inspection
  const silence = seconds(at - reading.turnedAt)
  const lines = [
    `${HEADINGS[cause]} (pid:${pid ?? '-'}): ${complaint(cause, inspection)}`,
    ...stackLines(inspection.stacks),
    ...requestLines(inspection),
    ...usageLines(cause, inspection)
  ]
  const fields: LogFields = {
    event: `worker-${cause}`,
    worker: pid ?? 0,
    silence: Number(silence),
    requests: inspection.requests.map(({ text }) => text).join('\n'),
    stack: lines.slice(1).join('\n')
  }
  return { text: lines.join('\n  '), fields }
}

/** One that only waits while it boots, for a database perhaps, has an event loop that turns. */
function isWaiting(cause: InspectCause, { at, reading }: Inspection): boolean {
  return cause === 'boot' && at - reading.turnedAt <= 2 * LONGEST_HEARTBEAT_MS
}

function complaint(cause: InspectCause, inspection: Inspection): string {
  const { at, startedAt, reading } = inspection
  const silent = `no turn of its event loop for ${seconds(at - reading.turnedAt)} s`
  if (cause !== 'boot') return silent
  const late = `not ready after ${seconds(at - startedAt)} s`
  return isWaiting(cause, inspection) ? late : `${late}, ${silent}`
}

function stackLines(stacks: Inspection['stacks']): string[] {
  if (stacks === 'no-package') return [`Stack: not known; to see it, npm install ${STACKS_PACKAGE}`]
  if (stacks === 'no-answer')
    return ['Stack: not known; a thread is outside of JavaScript, in a system call or native code']
  const main = stacks.filter(({ thread }) => thread === 'main')
  const others = stacks.filter(({ thread, frames }) => thread !== 'main' && frames.some(isOfApp))
  return [...main, ...others].flatMap(threadLines)
}

function threadLines({ thread, frames }: ThreadStack): string[] {
  const name = thread === 'main' ? 'Main thread' : thread
  if (frames.length === 0) return [`${name}: in native code, which has no JavaScript stack`]
  const shown = framesOfApp(frames)
  if (shown.length === 0) return [`${name}: waits for events`]
  return [`${name}:`, ...shown.map((frame) => `    at ${frame.function} (${place(frame)})`)]
}

/** From the innermost to the outermost that is the app's: what is below has only called it. */
function framesOfApp(frames: readonly Frame[]): readonly Frame[] {
  const caller = frames.findIndex(
    ({ filename }, index) => isOwnFile(filename) && frames.slice(0, index).some(isOfApp)
  )
  const above = caller === -1 ? frames : frames.slice(0, caller)
  return above.slice(0, above.findLastIndex(isOfApp) + 1)
}

function isOfApp({ filename }: Frame): boolean {
  return !filename.startsWith('node:') && !isOwnFile(filename)
}

function place({ filename, lineno, colno }: Frame): string {
  return `${filename}:${lineno}:${colno}`
}

function requestLines({ at, requests, reading }: Inspection): string[] {
  const shown = requests
    .slice(0, MOST_REQUESTS)
    .map(({ text, begunAt }) => `    ${text} (for ${seconds(at - begunAt)} s)`)
  const more = requests.length - shown.length
  const title = `Requests under way: ${requests.length}, clients waiting: ${reading.inFlight}`
  return [title, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])]
}

function usageLines(cause: InspectCause, inspection: Inspection): string[] {
  const { at, startedAt, reading, usage } = inspection
  if (usage === undefined) return []
  const from = isWaiting(cause, inspection)
    ? { time: startedAt, cpu: 0 }
    : { time: reading.turnedAt, cpu: reading.cpu }
  const share = at > from.time ? ((usage.cpu - from.cpu) / (at - from.time)) * 100 : 0
  const state = STATES[usage.state] ?? `in state ${usage.state}`
  const memory = `memory ${mebibytes(usage.memory)}, at most ${mebibytes(usage.peakMemory)}`
  return [`Process: main thread ${state}, CPU ${Math.max(0, share).toFixed(0)}% in that time, ${memory}`]
}

function seconds(milliseconds: number): string {
  return (Math.max(0, milliseconds) / 1000).toFixed(1)
}
