import { setTimeout as sleep } from 'node:timers/promises'
import type { LogFile } from './log-file.ts'

/** How long logs that take nothing may hold up the end of a process, all of them together. */
const LAST_MS = 1000
/** How long to leave them alone. */
const RETRY_MS = 20

type LastWriter = Pick<LogFile, 'idle' | 'flush'>

/** Until when logs may hold up the end of a process, if it begins now; of the clock of `performance.now()`. */
export function lastMoment(): number {
  return performance.now() + LAST_MS
}

/** Writes out what logs hold, in its order; resolves when that is done, at the latest at `deadline`. */
export async function endLogs(files: readonly LastWriter[], deadline: number): Promise<void> {
  const left = deadline - performance.now()
  const idle = Promise.all(files.map((file) => file.idle()))
  if (left > 0) await Promise.race([idle, sleep(left / 2, undefined, { ref: false })])
  flushLogs(files, deadline)
}

/** As {@link endLogs}, before the call returns: what is under way is not waited for, and may come after what is written now. */
export function flushLogs(files: readonly LastWriter[], deadline: number): void {
  for (let full = files; ; pause(RETRY_MS)) {
    full = full.filter((file) => !file.flush())
    if (full.length === 0 || performance.now() >= deadline) return
  }
}

/** Keeps this thread still. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
