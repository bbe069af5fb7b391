import { Buffer } from 'node:buffer'
import type { Exchange } from '../../http/exchange.ts'

/** The class that `Request` is without pf. */
export const NativeRequest = globalThis.Request

const NO_BODY = new Set(['GET', 'HEAD'])
/** A target that a URL parser leaves as it is. */
const PLAIN_TARGET = /^\/[\w\-.~!$&'()*+,;=:@%/]*(?:\?[\w\-.~!$&()*+,;=:@%/?]*)?$/
const DOT_SEGMENT = /\/(?:\.|%2e)/i

/**
 * The `Request` of an exchange, made of the parsed head as it is asked for. URL, method and headers need no `Request` of
 * Node's, nor does content that is read as a whole; whoever asks for more gets Node's own, made then. The prototype is one
 * of Node's, so that it passes for a `Request`.
 */
export class LightRequest {
  readonly #exchange: Exchange
  readonly #origin: string
  #url: string | undefined
  #headers: Headers | undefined
  #used = false
  #native: Request | undefined

  /** `origin` is the scheme and authority that the request is for. */
  constructor(exchange: Exchange, origin: string) {
    this.#exchange = exchange
    this.#origin = origin
  }

  /** Node's own `Request` for what may be one of ours. */
  static native<T>(value: T): T | Request {
    if (typeof value !== 'object' || value === null || !(#origin in value)) return value
    value.#native ??= value.#make()
    return value.#native
  }

  get method(): string {
    return this.#exchange.request.method
  }

  get url(): string {
    this.#url ??= this.#resolveUrl()
    return this.#url
  }

  get headers(): Headers {
    this.#headers ??= this.#native?.headers ?? headersOf(this.#exchange.request.headers)
    return this.#headers
  }

  get signal(): AbortSignal {
    return this.#native?.signal ?? this.#exchange.signal
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? this.#used
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = await this.bytes()
    if (byteOffset === 0 && byteLength === buffer.byteLength) return buffer
    return buffer.slice(byteOffset, byteOffset + byteLength)
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#native !== undefined) return this.#native.bytes() as Promise<Uint8Array<ArrayBuffer>>
    return new Uint8Array(await this.#collect())
  }

  json(): Promise<unknown> {
    return this.text().then((text) => JSON.parse(text))
  }

  text(): Promise<string> {
    return this.#native === undefined ? this.#collect().then(textOf) : this.#native.text()
  }

  get #hasBody(): boolean {
    return this.#exchange.request.hasBody && !NO_BODY.has(this.method)
  }

  async #collect(): Promise<Buffer> {
    if (!this.#hasBody) return Buffer.alloc(0)
    if (this.#used) throw new TypeError('Body is unusable: Body has already been read')
    this.#used = true
    const first = await this.#exchange.read()
    if (first === undefined) return Buffer.alloc(0)
    const second = await this.#exchange.read()
    // Most contents come in one piece.
    if (second === undefined) return Buffer.from(first.buffer, first.byteOffset, first.byteLength)
    const pieces = [first, second]
    for (let bytes = await this.#exchange.read(); bytes !== undefined; bytes = await this.#exchange.read()) {
      pieces.push(bytes)
    }
    return Buffer.concat(pieces)
  }

  #resolveUrl(): string {
    const { target } = this.#exchange.request
    const url = this.#origin + (target === '*' ? '/*' : target)
    if (PLAIN_TARGET.test(target) && !DOT_SEGMENT.test(target)) return url
    return new URL(target.startsWith('/') || target === '*' ? url : target).href
  }

  #make(): Request {
    const { method, headers, signal } = this
    const init: RequestInit = { method, headers, signal }
    if (this.#hasBody)
      Object.assign(init, { body: this.#used ? USED : bodyStream(this.#exchange), duplex: 'half' })
    const request = new NativeRequest(this.url, init)
    // Content that was read before cannot be read again.
    if (this.#used) void request.text()
    return request
  }
}

const USED = ' '

/** A byte order mark is no part of the text: Encoding standard, UTF-8 decode. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

for (const name of [
  'body',
  'cache',
  'credentials',
  'destination',
  'duplex',
  'integrity',
  'keepalive',
  'mode',
  'redirect',
  'referrer',
  'referrerPolicy'
] as const) {
  Object.defineProperty(LightRequest.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: LightRequest) {
      return Reflect.get(LightRequest.native(this), name)
    }
  })
}
for (const name of ['blob', 'clone', 'formData'] as const) {
  Object.defineProperty(LightRequest.prototype, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value(this: LightRequest) {
      return Reflect.apply(NativeRequest.prototype[name], LightRequest.native(this), [])
    }
  })
}
Object.setPrototypeOf(LightRequest.prototype, NativeRequest.prototype)

function headersOf(source: readonly string[]): Headers {
  const headers = new Headers()
  for (let i = 0; i + 1 < source.length; i += 2) headers.append(source[i] as string, source[i + 1] as string)
  return headers
}

function bodyStream(exchange: Exchange): ReadableStream<Uint8Array> {
  // Reading begins with the stream, not with the first pull: an app that has asked for it may answer before that.
  let first: Promise<Uint8Array | undefined> | undefined = exchange.read()
  first.catch(() => {})
  // Not of type 'bytes': such a stream takes the memory of what is enqueued away from the parser, which still reads it.
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await (first ?? exchange.read())
        first = undefined
        if (bytes === undefined) controller.close()
        else controller.enqueue(bytes)
      }
    },
    { highWaterMark: 0 }
  )
}
