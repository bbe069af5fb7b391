import { ownStack } from '../common/own-stack.ts'
import { accessLine } from '../http/access-line.ts'
import type { ExchangeRequest } from '../http/exchange.ts'
import type { Refusal, RequestReport } from '../http/exchange-transport.ts'
import type { HttpExchange } from '../http/http-exchange.ts'
import type { LogFile } from '../log/log-file.ts'
import type { Logger } from '../log/logger.ts'

/** What a worker writes about requests: a line for each in the access log, and what goes wrong in the error log. */
export class RequestLog implements RequestReport {
  readonly #log: Logger
  readonly #accessLog: LogFile | undefined
  readonly #requestTimeout: number

  /** `requestTimeout` is the setting, for the line that names it. Without `accessLog` there are no access lines. */
  constructor(log: Logger, accessLog: LogFile | undefined, requestTimeout: number) {
    this.#log = log
    this.#accessLog = accessLog
    this.#requestTimeout = requestTimeout
  }

  finished({ peer, request, status, bytesSent }: HttpExchange): void {
    if (this.#accessLog !== undefined) this.#logAccess(peer.address, request, status, bytesSent)
  }

  badRequest(error: Refusal, peer: string, request: ExchangeRequest | undefined): void {
    this.#log.warning(`Invalid request from ${peer || 'a UNIX socket'}: ${error.message}`)
    if (request === undefined) this.#logAccess(peer, undefined, error.status, 0)
  }

  timedOut({ method, target }: ExchangeRequest): void {
    this.#log.error(`Request not answered within ${this.#requestTimeout} s: ${method} ${target}`)
  }

  appFailed(error: unknown, { method, target }: ExchangeRequest): void {
    this.#log.error(`Error handling request ${method} ${target}\n${ownStack(error)}`)
  }

  #logAccess(peer: string, request: ExchangeRequest | undefined, status: number, bytes: number): void {
    this.#accessLog?.write(accessLine({ peer, request, status, bytes }, new Date()))
  }
}
