import { monotonicNow } from '../common/monotonic.ts'
import { heartbeatInterval } from '../common/protocol.ts'
import type { Scoreboard, Usage } from '../common/scoreboard.ts'
import type { Config } from '../config/settings.ts'

/** Shows on the scoreboard that the event loop of a worker turns, and that those of its threads do. */
export class Heartbeat {
  #timer: NodeJS.Timeout | undefined
  /** What the process had used when last all of them turned. */
  #usage: Usage = { peakMemory: 0, cpu: 0 }

  /** `threadsTurnedAt` is that of the worker class: undefined where no other thread is at work. */
  start(
    board: Scoreboard,
    config: Pick<Config, 'timeout' | 'stallWarning'>,
    threadsTurnedAt: () => number | undefined
  ): void {
    const interval = heartbeatInterval(config)
    const timeout = config.timeout * 1000
    const beat = (): void => {
      const now = monotonicNow()
      const threads = threadsTurnedAt() ?? now
      const silence = now - threads
      if (silence < 2 * interval) this.#usage = usage()
      // A thread may compute for as long as it likes, as far as warnings of stalls are concerned: it is there for that.
      board.turn(timeout !== 0 && silence >= timeout ? threads : now, this.#usage)
    }
    beat()
    this.#timer = setInterval(beat, interval)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

function usage(): Usage {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  return { peakMemory: maxRSS * 1024, cpu: (userCPUTime + systemCPUTime) / 1000 }
}
