import { openDescriptors } from '../common/descriptors.ts'
import type { ArbiterMessage, Envelope } from '../common/protocol.ts'
import { openScoreboard } from '../common/scoreboard.ts'
import { installWorkerControl } from '../common/worker-control.ts'
import { FATAL_REPORT_FD, SCOREBOARD_FD } from '../common/worker-descriptors.ts'
import { explainFatalErrors } from './fatal-report.ts'
import { startWatchdog } from './watchdog/start-watchdog.ts'
import { WorkerProcess } from './worker-process.ts'

/** Makes this process a worker, which does what the arbiter says. `exit` ends the process. */
export function startWorker(exit: (code: number) => void): void {
  explainFatalErrors(FATAL_REPORT_FD)
  installWorkerControl(SCOREBOARD_FD)

  const worker = new WorkerProcess({
    send: (message) =>
      new Promise((resolve) => {
        if (!process.connected || process.send === undefined) return resolve()
        process.send({ pf: message } satisfies Envelope, () => resolve())
      }),
    openDescriptors,
    openScoreboard: () => openScoreboard(SCOREBOARD_FD),
    startWatchdog,
    exit
  })

  process.on('SIGTERM', () => worker.recycle('asked'))
  process.on('SIGUSR1', () => worker.logs.reopen())
  process.on('uncaughtExceptionMonitor', (error) => worker.crashed(error))

  process.on('message', (message: ArbiterMessage) => void worker.handle(message))
  process.on('disconnect', () => void worker.orphaned())
  // It may have gone while this was being loaded.
  if (!process.connected) void worker.orphaned()
  // An app may end the process itself.
  process.on('exit', () => worker.logs.flush())
}
