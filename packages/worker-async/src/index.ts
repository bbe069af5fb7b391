import type { WorkerClass } from '@pf/core/worker'

/**
 * Many requests at a time on the event loop of the process, as Node programs usually run. For apps that mostly wait.
 */
export const workerClass: WorkerClass = {
  name: 'async',
  capacity: ({ workerConnections }) => ({
    connections: workerConnections,
    exchanges: Number.POSITIVE_INFINITY,
    keepAlive: true
  }),
  boot: async ({ loadApp }) => {
    const app = await loadApp()
    return {
      run: (exchange) => app.handle(exchange),
      upgrade: (exchange, take) => app.upgrade?.(exchange, take) ?? false,
      close: () => app.close()
    }
  }
}
