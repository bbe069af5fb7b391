import { Worker } from 'node:worker_threads'
import type { ErrorLog } from './last-line.ts'
import { registerThread } from './register-thread.ts'

/** What the watchdog's thread is told. */
export interface WatchdogData {
  readonly hasStacks: boolean
  /** Milliseconds; 0 for no limit. */
  readonly gracefulTimeout: number
  readonly errorLog: ErrorLog
}

export type WatchdogOrder = Omit<WatchdogData, 'hasStacks'>

/** It keeps a socket and a timer. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 }

/**
 * Starts the watchdog of this process in a thread of its own, and lets it see the calling thread. Nothing waits for the thread.
 * `died` is called if it dies.
 */
export function startWatchdog(order: WatchdogOrder, died: (error: Error) => void): void {
  const hasStacks = registerThread('main')
  const thread = new Worker(new URL('./watchdog-main.js', import.meta.url), {
    name: 'pf watchdog',
    workerData: { hasStacks, ...order } satisfies WatchdogData,
    resourceLimits: RESOURCE_LIMITS,
    // Whatever the app's process is to load first is not for this thread.
    execArgv: [],
    env: {}
  })
  thread.once('error', died)
  thread.unref()
}
