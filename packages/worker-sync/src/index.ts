import type { WorkerClass } from '@pf/core/worker'

/**
 * One request at a time per process; the rest waits in the kernel, where an idle worker takes it. For apps that must not
 * share a process between requests, or whose work keeps the CPU busy.
 */
export const workerClass: WorkerClass = {
  name: 'sync',
  capacity: () => ({ connections: 1, exchanges: 1, keepAlive: false }),
  boot: async ({ loadApp }) => {
    const app = await loadApp()
    return {
      run: (exchange) => app.handle(exchange),
      upgrade: (exchange, take) => app.upgrade?.(exchange, take) ?? false,
      close: () => app.close()
    }
  }
}
