import { Worker } from 'node:worker_threads'

const WATCH = `
const { workerData: parent } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 500)
`

/**
 * Ends this process when the one that has started it has gone, also while a module that never ends keeps the main thread
 * busy: a thread of its own looks.
 */
export function leaveWithParent(): void {
  new Worker(WATCH, { eval: true, workerData: process.ppid }).unref()
}
