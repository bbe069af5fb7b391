/** The program of a pool thread: loads the app once, then runs one exchange at a time. Started by the pool. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MessageChannel, parentPort, workerData } from 'node:worker_threads'
import { type App, attachThread, loadApp, PfError, ThreadPulse } from '@pf/core/worker'
import type { CloseMessage, Task, ThreadBootMessage, ThreadOptions, ToThread } from './messages.ts'
import { PortExchange } from './pool-thread/port-exchange.ts'

const { port1: port, port2: otherEnd } = new MessageChannel()
const pulse = new ThreadPulse()
const running = new Map<number, PortExchange>()
/** Exchanges whose client left before they came here. */
const abortedEarly = new Set<number>()

/** What the pool calls for each task. A promise, so that the pool holds tasks back until the app has loaded. */
export const handle: Promise<(task: Task) => Promise<void>> = boot()

async function boot(): Promise<(task: Task) => Promise<void>> {
  attachThread()
  try {
    const app = await loadApp(workerData as ThreadOptions)
    port.on('message', (message: ToThread | CloseMessage) => {
      if (message.type === 'close') void close(app)
      else receive(message)
    })
    tell({ type: 'ready', port: otherEnd, pulse: pulse.memory }, [otherEnd])
    return (task) => run(app, task)
  } catch (error) {
    const isApp = error instanceof PfError && error.code === 'PF_APP'
    const text = error instanceof PfError ? error.message : ((error as Error).stack ?? String(error))
    tell({ type: 'boot-failed', isApp, text })
    return () => Promise.reject(new Error('the app has not loaded'))
  }
}

async function run(app: App, task: Task): Promise<void> {
  const exchange = new PortExchange(task, port)
  running.set(task.id, exchange)
  pulse.start()
  forgetAborted(task.id, exchange)
  try {
    await app.handle(exchange)
  } catch (error) {
    exchange.fail(error)
  }
  // What the app has set out to do in this turn may be to read.
  if (!exchange.bodyDone) await nextTurn()
  await exchange.done
  exchange.settled()
  running.delete(task.id)
  if (running.size === 0) pulse.stop()
}

async function close(app: App): Promise<void> {
  await app.close()
  port.close()
}

function receive(message: ToThread): void {
  const exchange = running.get(message.id)
  if (exchange !== undefined) exchange.handle(message)
  else if (message.type === 'abort') abortedEarly.add(message.id)
}

/** Numbers count up, so that those below this one will never come here. */
function forgetAborted(id: number, exchange: PortExchange): void {
  if (abortedEarly.has(id)) exchange.abort()
  for (const other of abortedEarly) if (other <= id) abortedEarly.delete(other)
}

function tell(message: ThreadBootMessage, transfer: (typeof otherEnd)[] = []): void {
  parentPort?.postMessage(message, transfer)
}
