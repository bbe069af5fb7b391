/** The program of a worker's watchdog thread. */
import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'
import { SCOREBOARD_FD, WATCHDOG_FD } from './common/worker-descriptors.ts'
import { writeLastLine } from './worker/watchdog/last-line.ts'
import { loadNativeStacks } from './worker/watchdog/native-stacks.ts'
import type { WatchdogData } from './worker/watchdog/start-watchdog.ts'
import { Watchdog } from './worker/watchdog/watchdog.ts'

const { hasStacks, gracefulTimeout, errorLog } = workerData as WatchdogData

new Watchdog({
  socket: new Socket({ fd: WATCHDOG_FD, readable: true, writable: true }),
  board: SCOREBOARD_FD,
  stacks: hasStacks ? loadNativeStacks() : undefined,
  gracefulTimeout,
  end: (loss, reading) => {
    writeLastLine(errorLog, loss, reading)
    process.kill(process.pid, 'SIGKILL')
  }
}).start()
