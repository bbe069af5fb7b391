/**
 * The program of a worker process. The arbiter starts it with an IPC channel and the listening sockets; everything else
 * comes by message.
 */
import { setFlagsFromString } from 'node:v8'
import { openDescriptors } from './common/descriptors.ts'
import type { ArbiterMessage } from './common/protocol.ts'
import { openScoreboard } from './common/scoreboard.ts'
import { installWorkerControl } from './common/worker-control.ts'
import { FATAL_REPORT_FD, SCOREBOARD_FD } from './common/worker-descriptors.ts'
import { explainFatalErrors } from './worker/fatal-report.ts'
import { startWatchdog } from './worker/watchdog/start-watchdog.ts'
import { WorkerProcess } from './worker/worker-process.ts'

// What a request needs is gone with it. See decisions/0010-no-pretenuring.md.
setFlagsFromString('--no-allocation-site-pretenuring')
explainFatalErrors(FATAL_REPORT_FD)
installWorkerControl(SCOREBOARD_FD)

const worker = new WorkerProcess({
  send: (message) =>
    new Promise((resolve) => {
      if (!process.connected || process.send === undefined) return resolve()
      process.send(message, () => resolve())
    }),
  openDescriptors,
  openScoreboard: () => openScoreboard(SCOREBOARD_FD),
  startWatchdog,
  exit: (code) => process.exit(code)
})

// A terminal sends these to the whole process group; the arbiter decides what they mean for its workers.
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2', 'SIGWINCH'] as const)
  process.on(signal, () => {})
process.on('SIGTERM', () => worker.recycle('asked'))
process.on('SIGUSR1', () => worker.logs.reopen())
process.on('uncaughtExceptionMonitor', (error) => worker.crashed(error))

process.on('message', (message: ArbiterMessage) => void worker.handle(message))
process.on('disconnect', () => void worker.orphaned())
// An app may end the process itself.
process.on('exit', () => worker.logs.flush())
