/** The program of a process that is nothing but clients: told what to do by its arguments, it reports by message. */
import type { NetConnectOpts } from 'node:net'
import { Random } from '../../fuzz/random.ts'
import { type Loss, StrictClient } from './strict-client.ts'

/** What the parent asks for. */
export interface LoadOrder {
  readonly to: readonly NetConnectOpts[]
  readonly clients: number
  readonly think: number
  readonly wait: number
  readonly seed: number
}

export type LoadReport =
  | { readonly type: 'answers'; readonly pids: readonly (readonly [pid: number, count: number])[] }
  | { readonly type: 'loss'; readonly loss: Loss }
  | { readonly type: 'done' }

const REPORT_MS = 20
/** The longest pause of a busy client. */
const BUSY_THINK_MS = 4

const order = JSON.parse(process.argv[2] as string) as LoadOrder
const answers = new Map<number, number>()
const send = (report: LoadReport): void => void process.send?.(report)

function report(): void {
  if (answers.size === 0) return
  send({ type: 'answers', pids: [...answers] })
  answers.clear()
}

const random = new Random(order.seed)
const clients = Array.from({ length: order.clients }, (_, number) => {
  const habits = {
    to: order.to[number % order.to.length] as NetConnectOpts,
    // Every habit with every address; two clients of each are busier than the rest.
    keepAlive: Math.floor(number / order.to.length) % 2 === 0,
    think: number < 2 * order.to.length ? BUSY_THINK_MS : order.think,
    wait: order.wait
  }
  return new StrictClient(number, habits, new Random(random.below(2 ** 31)), {
    answered: (pid) => void answers.set(pid, (answers.get(pid) ?? 0) + 1),
    lost: (loss) => send({ type: 'loss', loss })
  })
})

const timer = setInterval(report, REPORT_MS)
process.once('message', () => {
  for (const client of clients) client.stop()
})
process.once('disconnect', () => process.exit())
await Promise.all(clients.map((client) => client.run()))
clearInterval(timer)
report()
send({ type: 'done' })
process.disconnect?.()
