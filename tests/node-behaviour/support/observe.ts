import { inspect } from 'node:util'
import type { Call } from './scenario.ts'

/** Helpers of the scenarios' apps. */

const REQUEST_EVENTS = ['end', 'aborted', 'error', 'close']
const RESPONSE_EVENTS = ['prefinish', 'finish', 'error', 'close']

/** Records the events of request and response as they come; listens to no event that changes what a stream does. */
export function watch(call: Call): void {
  watchRequest(call)
  watchResponse(call)
}

export function watchRequest({ request, log }: Call, events = REQUEST_EVENTS): void {
  for (const name of events) request.on(name, (error?: unknown) => log(`request ${name}`, ...given(error)))
}

export function watchResponse({ response, log }: Call, events = RESPONSE_EVENTS): void {
  for (const name of events) response.on(name, (error?: unknown) => log(`response ${name}`, ...given(error)))
}

/** Records how far request and response have come, and how they ended. */
export function flags({ request, response, log }: Call): void {
  log('request', request.aborted, request.destroyed, request.complete, request.readableEnded, request.errored)
  log('response', response.destroyed, response.closed, response.errored, response.writable)
  log('response', response.writableEnded, response.writableFinished, response.headersSent)
}

/** What `action` gives, or the code of what it throws. */
export function attempt(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}

/** A callback that records that it has been called, and with what error. */
export function called({ log }: Call, what: string): (error?: Error | null) => void {
  return (error) => log(`${what} called`, ...given(error))
}

/** Runs steps, each in a turn of the event loop of its own. */
export async function inTurns(...steps: (() => unknown)[]): Promise<void> {
  for (const step of steps) {
    await new Promise((resolve) => setImmediate(resolve))
    step()
  }
}

/** A value as text, in one line. Errors by their code: messages are for people. */
export function show(value: unknown): string {
  if (value instanceof Error) return codeOf(value)
  if (Buffer.isBuffer(value)) return `Buffer ${inspect(value.toString('latin1'))}`
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 4, sorted: true })
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? `${error.name}: ${error.message}`
}

function given(error: unknown): unknown[] {
  return error === undefined || error === null ? [] : [error]
}
