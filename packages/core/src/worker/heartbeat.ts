import { monotonicNow } from '../common/monotonic.ts'
import { heartbeatInterval } from '../common/protocol.ts'
import type { Scoreboard, Usage } from '../common/scoreboard.ts'
import type { Config } from '../config/settings.ts'

/** Shows on the scoreboard that the event loop of a worker turns, and that those of its threads do. */
export class Heartbeat {
  #timer: NodeJS.Timeout | undefined
  /** What the process had used when last none of them was stuck. */
  #usage: Usage = { peakMemory: 0, cpu: 0 }

  /** `stuckSince` is that of the worker class's runner. */
  start(
    board: Scoreboard,
    config: Pick<Config, 'timeout' | 'stallWarning'>,
    stuckSince: () => number | undefined
  ): void {
    const interval = heartbeatInterval(config)
    const beat = (): void => {
      const stuck = stuckSince()
      if (stuck === undefined) this.#usage = usage()
      board.turn(stuck ?? monotonicNow(), this.#usage)
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
