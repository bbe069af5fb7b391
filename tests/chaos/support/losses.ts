import type { WorkerExit } from './chaos-pf.ts'
import type { Loss } from './strict-client.ts'

export interface Losses {
  readonly losses: readonly Loss[]
  /** The workers that have died meanwhile. */
  readonly deaths: readonly WorkerExit[]
  /** How many requests of the driver's own they have taken with them. */
  readonly own: number
  /** Before that, in Unix milliseconds, nobody was made to die. */
  readonly since: number
}

export interface Account {
  /** How many of the losses a worker may never have read. */
  readonly unread: number
  /** What the exit lines do not explain. */
  readonly problem: string | undefined
}

/** Compares what was lost with what the exit lines say that dead workers held. */
export function account({ losses, deaths, own, since }: Losses): Account {
  const inFlight = deaths.reduce((total, exit) => total + exit.inFlight, 0) - own
  const connections = deaths.reduce((total, exit) => total + exit.connections, 0) - own
  // A worker cannot tell of a request that it has not read, on a connection that it has kept or just taken.
  const unread = losses.filter((loss) => isPerhapsUnread(loss, since)).length
  // The kernel may end a worker between a system call and the note of it.
  const give = deaths.length
  const explained = losses.length - unread <= inFlight + give && losses.length <= connections + give
  if (explained && losses.length >= inFlight - give) return { unread, problem: undefined }
  const lines = [...losses.map(lossText), ...deaths.map((exit) => `  ${JSON.stringify(exit)}`)]
  const problem = `${losses.length} requests lost, where exit lines tell of ${inFlight} in flight on ${connections} connections`
  return { unread, problem: [problem, ...lines].join('\n') }
}

/**
 * The kernel resets a connection whose process ends with bytes of it unread; what is asked on a kept one after that finds it
 * closed.
 */
function isPerhapsUnread({ pid, fate, asked }: Loss, since: number): boolean {
  return fate === 'reset' || (fate === 'closed' && pid !== undefined && asked >= since)
}

function lossText({ at, client, fate, detail, request, asked, pid }: Loss): string {
  const [found, sent] = [at, asked].map((time) => new Date(time).toISOString())
  return `  ${found} client ${client}: ${fate} ${detail}: ${request}, asked at ${sent} (worker ${pid ?? 'unknown'})`
}
