import { setTimeout as sleep } from 'node:timers/promises'

const STEP_MS = 10
/** So many looks in a row must find nothing, since a client whose handshake is under way will be there a moment later. */
const QUIET_LOOKS = 10

/**
 * Resolves when nothing has waited for a tenth of a second, or after `limit` ms: a worker that nobody follows serves what the
 * kernel has queued before it lets go of the sockets.
 */
export async function lastCall(waits: () => boolean, limit: number): Promise<void> {
  const end = performance.now() + limit
  for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < end; ) {
    quiet = waits() ? 0 : quiet + 1
    await sleep(STEP_MS)
  }
}
