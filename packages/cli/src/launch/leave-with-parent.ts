import { Worker } from 'node:worker_threads'

const WATCH = `
const { workerData: parent } = require('node:worker_threads')
const look = () => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}
look()
setInterval(look, 500)
`

/**
 * Ends this process when `parent`, the id of the one that has started it, has gone, also while a module that never ends keeps
 * the main thread busy: a thread of its own looks.
 */
export function leaveWithParent(parent: number): void {
  new Worker(WATCH, { eval: true, workerData: parent }).unref()
}
