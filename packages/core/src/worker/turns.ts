import { setImmediate as nextTurn } from 'node:timers/promises'

/** Resolves after the event loop has looked for input `count` times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}
