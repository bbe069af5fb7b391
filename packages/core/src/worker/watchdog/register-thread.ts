import { BroadcastChannel } from 'node:worker_threads'
import { loadNativeStacks } from './native-stacks.ts'

/** Over this channel the watchdog wakes the threads before it captures their stacks. */
export const WAKE_CHANNEL = 'pf:wake'

/** Stay awake until `captured[0]` is `capture`, so that the stack can be captured. */
export interface WakeMessage {
  readonly capture: number
  readonly captured: Int32Array
}

/** How long an idle thread stays awake at most, should another one not answer. */
const AWAKE_MS = 200

/**
 * Lets the watchdog of this process see the stack of the calling thread. Returns false where the package for it is missing. A
 * thread shows its stack only from within JavaScript: one that is idle is woken for it.
 */
export function registerThread(name: string): boolean {
  const native = loadNativeStacks()
  if (native === undefined) return false
  native.registerThread(name)
  const channel = new BroadcastChannel(WAKE_CHANNEL)
  channel.onmessage = ({ data }) => awaitCapture(data as WakeMessage)
  // Of a thread's own handles only; typings lack it.
  ;(channel as unknown as { unref(): void }).unref()
  return true
}

function awaitCapture({ capture, captured }: WakeMessage): void {
  Atomics.wait(captured, 0, capture - 1, AWAKE_MS)
}
