/**
 * The program of a worker process. The arbiter starts it with an IPC channel and the listening sockets; everything else
 * comes by message.
 */
import { setFlagsFromString } from 'node:v8'

// A terminal sends these to the whole process group; the arbiter decides what they mean for its workers. Before anything is
// loaded, which takes several times as long as Node itself needs to start.
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const)
  process.on(signal, () => {})

// What a request needs is gone with it. See decisions/0010-no-pretenuring.md.
setFlagsFromString('--no-allocation-site-pretenuring')

const { startWorker } = await import('./worker/start-worker.ts')
startWorker((code) => process.exit(code))
