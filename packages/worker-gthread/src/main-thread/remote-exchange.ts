import type { MessagePort } from 'node:worker_threads'
import type { Exchange } from '@pf/core/worker'
import { type FromThread, portable, type ToThread } from '../messages.ts'

/** The connection's end of an exchange whose app runs in a thread: carries out what the thread asks for. */
export class RemoteExchange {
  readonly #id: number
  readonly #exchange: Exchange
  #bodyError: unknown
  readonly #completed = Promise.withResolvers<void>()

  constructor(id: number, exchange: Exchange) {
    this.#id = id
    this.#exchange = exchange
  }

  /** Resolves when the thread has said its last word; its task may be reported done before that, over another port. */
  get completed(): Promise<void> {
    return this.#completed.promise
  }

  /** Does what a message says. An error of the app's (a header that cannot be sent) fails the exchange. */
  handle(message: FromThread, port: MessagePort): void {
    try {
      this.#apply(message, port)
    } catch (error) {
      this.#exchange.fail(error)
    }
  }

  #apply(message: FromThread, port: MessagePort): void {
    const exchange = this.#exchange
    switch (message.type) {
      case 'read':
        void this.#read(port)
        return
      case 'inform':
        return exchange.inform(message.status, message.headers)
      case 'respond':
        return exchange.respond(message.head, message.body)
      case 'write':
        return this.#write(message.data, port)
      case 'end':
        return exchange.end(message.trailers)
      case 'fail':
        return exchange.fail(message.ofBody ? this.#bodyError : message.text)
      case 'cut':
        return exchange.cut()
      case 'settled':
        this.#completed.resolve()
    }
  }

  async #read(port: MessagePort): Promise<void> {
    const id = this.#id
    try {
      const bytes = await this.#exchange.read()
      if (bytes === undefined) return post(port, { id, type: 'body-end', trailers: this.#exchange.trailers })
      const { data, transfer } = portable(bytes)
      post(port, { id, type: 'bytes', bytes: data }, transfer)
    } catch (error) {
      this.#bodyError = error
      const { message, status } = error as Error & { status?: number }
      post(port, { id, type: 'read-failed', message, status })
    }
  }

  #write(data: string | Uint8Array, port: MessagePort): void {
    const written = (): void => post(port, { id: this.#id, type: 'written', length: data.length })
    const room = this.#exchange.write(data)
    if (room === undefined) written()
    else void room.then(written)
  }
}

function post(port: MessagePort, message: ToThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
