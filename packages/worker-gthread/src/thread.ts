/** The program of a pool thread: loads the app when it is told to, once, then runs one exchange at a time. Started by the pool. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MessageChannel, parentPort, threadId, workerData } from 'node:worker_threads'
import { type App, attachThread, loadApp, PfError, stackOf, ThreadPulse } from '@pf/core/worker'
import type { Command, Task, ThreadMessage, ThreadOptions, ToThread } from './messages.ts'
import { PortExchange } from './pool-thread/port-exchange.ts'

const { port1: port, port2: otherEnd } = new MessageChannel()
const pulse = new ThreadPulse()
const running = new Map<number, PortExchange>()
/** Exchanges whose client left before they came here. */
const abortedEarly = new Set<number>()

const loaded = Promise.withResolvers<App>()

port.on('message', (message: ToThread | Command) => {
  if (message.type === 'load') void load()
  else if (message.type === 'close') void close()
  else receive(message)
})
tell({ type: 'started', thread: threadId, port: otherEnd }, [otherEnd])

/** What the pool calls for each task. */
export async function handle(task: Task): Promise<void> {
  await run(await loaded.promise, task)
}

async function load(): Promise<void> {
  attachThread()
  try {
    loaded.resolve(await loadApp(workerData as ThreadOptions))
    tell({ type: 'ready', thread: threadId, pulse: pulse.memory })
  } catch (error) {
    const isApp = error instanceof PfError && error.code === 'PF_APP'
    const text = error instanceof PfError ? error.message : stackOf(error)
    tell({ type: 'boot-failed', thread: threadId, isApp, text })
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

async function close(): Promise<void> {
  const app = await loaded.promise
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

function tell(message: ThreadMessage, transfer: (typeof otherEnd)[] = []): void {
  parentPort?.postMessage(message, transfer)
}
