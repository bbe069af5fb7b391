import type { MessagePort } from 'node:worker_threads'
import {
  answerTooLate,
  type BodyData,
  clientGone,
  type Exchange,
  type ExchangeRequest,
  type ResponseHead,
  stackOf
} from '@pf/core/worker'
import { type FromThread, portable, type Task, type ToThread } from '../messages.ts'

/** Content on its way to a client that reads slowly, before `write()` asks for patience. In bytes or characters. */
const HIGH_WATER = 64 * 1024

type Call = FromThread extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never

/** An exchange as the app in a thread sees it: every call goes over the port to the thread that has the connection. */
export class PortExchange implements Exchange {
  readonly request: ExchangeRequest
  readonly #id: number
  readonly #port: MessagePort
  #finish: () => void = () => {}
  #trailers: readonly string[] = []
  #read: PromiseWithResolvers<Uint8Array | undefined> | undefined
  #bodyDone: boolean
  #bodyError: Error | undefined
  #reading = false
  #settled = false
  #unwritten = 0
  #room: PromiseWithResolvers<void> | undefined
  #gone: Error | undefined
  #abortListeners: ((reason: Error) => void)[] = []
  #controller: AbortController | undefined
  #phase: 'waiting' | 'streaming' | 'complete' = 'waiting'

  constructor(task: Task, port: MessagePort) {
    this.#id = task.id
    this.request = task.request
    this.#port = port
    this.#bodyDone = !task.request.hasBody
  }

  /** Resolves when the response is out and content that the app reads is through, or neither can be any more. */
  get done(): Promise<void> {
    if (!this.#busy) return Promise.resolve()
    return new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** The whole of the request's content has been read. */
  get bodyDone(): boolean {
    return this.#bodyDone
  }

  get trailers(): readonly string[] {
    return this.#trailers
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController()
      this.#controller = controller
      this.onAbort((reason) => controller.abort(reason))
    }
    return this.#controller.signal
  }

  onAbort(listener: (reason: Error) => void): void {
    if (this.#gone !== undefined) listener(this.#gone)
    else this.#abortListeners.push(listener)
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#read !== undefined)
      return Promise.reject(new Error('read() was called before the last one settled'))
    if (this.#bodyDone) return Promise.resolve(undefined)
    if (this.#bodyError !== undefined) return Promise.reject(this.#bodyError)
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    if (this.#settled) return Promise.reject(tooLate())
    this.#reading = true
    this.#read = Promise.withResolvers()
    this.#post({ type: 'read' })
    return this.#read.promise
  }

  inform(status: number, headers: readonly string[]): void {
    this.#post({ type: 'inform', status, headers })
  }

  respond(head: ResponseHead, body?: BodyData): void {
    if (this.#gone !== undefined) return
    if (this.#phase !== 'waiting') throw new Error('respond() was called after the response had begun')
    const plain = { status: head.status, reason: head.reason, headers: [...head.headers] }
    if (body === undefined) {
      this.#phase = 'streaming'
      return this.#post({ type: 'respond', head: plain, body })
    }
    const { data, transfer } = portable(body)
    this.#post({ type: 'respond', head: plain, body: data }, transfer)
    this.#complete()
  }

  write(data: BodyData): Promise<void> | undefined {
    if (this.#gone !== undefined) return undefined
    if (this.#phase === 'waiting') throw new Error('write() was called before respond()')
    const piece = portable(data)
    this.#post({ type: 'write', data: piece.data }, piece.transfer)
    this.#unwritten += data.length
    if (this.#unwritten <= HIGH_WATER) return undefined
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  end(trailers: readonly string[] = []): void {
    if (this.#phase === 'complete') return
    if (this.#phase === 'waiting') throw new Error('end() was called before respond()')
    this.#post({ type: 'end', trailers: [...trailers] })
    this.#complete()
  }

  fail(error: unknown): void {
    if (this.#gone !== undefined) return
    const text = stackOf(error)
    this.#post({ type: 'fail', text, ofBody: error === this.#bodyError })
    this.#lose(error instanceof Error ? error : new Error(text))
  }

  cut(): void {
    if (this.#phase === 'complete') return
    this.#post({ type: 'cut' })
    this.#lose(new Error('the exchange was cut'))
  }

  /** The app is through. */
  settled(): void {
    this.#settled = true
    this.#post({ type: 'settled' })
  }

  /** Takes what happened on the connection. */
  handle(message: ToThread): void {
    switch (message.type) {
      case 'bytes':
        return this.#answerRead()?.resolve(message.bytes)
      case 'body-end':
        this.#bodyDone = true
        this.#trailers = message.trailers
        this.#answerRead()?.resolve(undefined)
        return this.#finishReading()
      case 'read-failed':
        this.#bodyError = this.#readError(message)
        this.#answerRead()?.reject(this.#bodyError)
        return this.#finishReading()
      case 'written':
        this.#unwritten -= message.length
        if (this.#unwritten <= HIGH_WATER) this.#makeRoom()
        return
      case 'abort':
        this.abort(message.late)
    }
  }

  /** Over at the other end: the client has gone, or the exchange was cut; `late` when it took too long. */
  abort(late = false): void {
    if (this.#gone === undefined) this.#lose(late ? answerTooLate() : clientGone())
  }

  /** There is nothing more to do for the app. */
  #lose(reason: Error): void {
    this.#gone = reason
    this.#answerRead()?.reject(reason)
    this.#reading = false
    this.#complete()
    for (const listener of this.#abortListeners) listener(reason)
    this.#makeRoom()
  }

  #readError({ message, status }: ToThread & { type: 'read-failed' }): Error {
    if (status !== undefined) return Object.assign(new Error(message), { status })
    return this.#gone ?? Object.assign(new Error(message), { code: 'ECONNRESET' })
  }

  #answerRead(): PromiseWithResolvers<Uint8Array | undefined> | undefined {
    const read = this.#read
    this.#read = undefined
    return read
  }

  #makeRoom(): void {
    this.#room?.resolve()
    this.#room = undefined
  }

  get #busy(): boolean {
    return this.#phase !== 'complete' || this.#reading
  }

  #finishReading(): void {
    this.#reading = false
    if (!this.#busy) this.#finish()
  }

  #complete(): void {
    this.#phase = 'complete'
    if (!this.#busy) this.#finish()
  }

  #post(call: Call, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage({ id: this.#id, ...call }, transfer)
  }
}

function tooLate(): Error {
  return new Error('the content of the request was passed over, since nobody had begun to read it')
}
