import { setTimeout as sleep } from 'node:timers/promises'
import { descriptorsOf, memoryOf } from './processes.ts'

/** An arbiter may have so much more memory at the end than after its first disturbances. */
const GROWTH_BYTES = 24 * 1024 * 1024
/** How often it is looked whether descriptors have been closed; those of a leak never are. */
const MOST_LOOKS = 50

/** What arbiters use: what the first had when it had settled, and what the same or a later one has. */
export class Usage {
  readonly #looks: { readonly pid: number; readonly descriptors: number; readonly memory: number }[] = []

  /** Each look at memory in MiB, and at descriptors. */
  get figures(): { readonly memory: string; readonly descriptors: string } {
    return {
      memory: this.#looks.map(({ memory }) => mebibytes(memory)).join(', '),
      descriptors: this.#looks.map(({ descriptors }) => descriptors).join(', ')
    }
  }

  /** What was more than at first. */
  get problems(): string[] {
    const [first, ...later] = this.#looks
    const problems: string[] = []
    for (const now of later) {
      if (first !== undefined && now.descriptors > first.descriptors)
        problems.push(`the arbiter had ${first.descriptors} descriptors, and now ${now.descriptors}`)
      if (first?.pid === now.pid && now.memory > first.memory + GROWTH_BYTES)
        problems.push(`the arbiter had ${mebibytes(first.memory)} MiB, and now ${mebibytes(now.memory)} MiB`)
    }
    return problems
  }

  /**
   * Looks when no worker comes or goes, which `settled` waits for: also none of which the log has yet to tell, while that may
   * be. Resolves with what it has seen.
   */
  async look(pid: number, settled: () => Promise<void>): Promise<string> {
    const least = this.#looks[0]?.descriptors ?? Number.POSITIVE_INFINITY
    await settled()
    for (let look = 0; look < MOST_LOOKS && descriptorsOf(pid) > least; look++) {
      await sleep(100)
      await settled()
    }
    const [descriptors, memory] = [descriptorsOf(pid), memoryOf(pid)]
    this.#looks.push({ pid, descriptors, memory })
    return `arbiter ${pid}: ${descriptors} descriptors, ${mebibytes(memory)} MiB`
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}
