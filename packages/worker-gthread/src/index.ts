import type { WorkerClass } from '@pf/core/worker'

declare module '@pf/core/worker' {
  interface WorkerSettings {
    /** MiB of JavaScript heap that each thread may use; 0 for V8's own limit. */
    readonly threadHeapLimit: number
    /** Seconds that a thread may compute without a turn of its event loop; 0 for no limit. */
    readonly threadTimeout: number
  }
}

/**
 * A pool of `threads` threads in each process. The process's own thread keeps the connections and is never busy with the
 * app, so that a long computation blocks one thread and nothing else.
 */
export const workerClass: WorkerClass = {
  name: 'gthread',
  settings: {
    threadHeapLimit: {
      kind: 'integer',
      default: 0,
      flags: '--thread-heap-limit',
      metavar: 'MIB',
      help: 'JavaScript heap in MiB that each thread may use; one that needs more is replaced. 0: no own limit.',
      group: 'Workers',
      reload: 'generation'
    },
    threadTimeout: {
      kind: 'seconds',
      default: 300,
      flags: '--thread-timeout',
      help: 'Replace a worker with a thread that computes for this many seconds, and at least timeout. 0: never.',
      group: 'Workers',
      reload: 'generation'
    }
  },
  capacity: ({ workerConnections, threads }) => ({
    connections: workerConnections,
    exchanges: threads,
    keepAlive: true
  }),
  boot: async (context) => {
    const { bootPool } = await import('./main-thread/pool.ts')
    return bootPool(context)
  }
}
