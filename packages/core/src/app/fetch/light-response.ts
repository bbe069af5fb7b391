/** The class that `Response` is without pf. */
export const NativeResponse = globalThis.Response

/** What is sent for a response that nobody has looked into. */
export interface PlainResponse {
  readonly status: number
  readonly statusText: string
  /** Name, value, name, value... */
  readonly headers: readonly string[]
  readonly body: string | Uint8Array
}

type Init = ResponseInit | undefined
type Given = ConstructorParameters<typeof Response>[0]
type Body = string | Uint8Array | null

const NO_CONTENT = new Set([101, 204, 205, 304])
const NONE: readonly string[] = []
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
const VALUE = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/

/**
 * A `Response` that is made without the machinery of one: text or bytes, a status and headers are kept as they are, which is
 * all that most answers need. Whoever asks for more (a stream, a clone) gets Node's own, made then; whatever is not so plain
 * is Node's own from the beginning. It passes for a `Response` everywhere: the prototype is one of Node's.
 */
export class LightResponse {
  readonly #status: number = 200
  readonly #statusText: string = ''
  readonly #fields: readonly string[] = NONE
  readonly #body: Body = null
  #headers: Headers | undefined
  #native: Response | undefined

  constructor(body?: Given, init?: Init) {
    const plain = new.target === LightResponse ? plainBody(body) : undefined
    const fields = plain === undefined ? undefined : plainFields(init?.headers)
    if (plain === undefined || fields === undefined || !isPlainStatus(init, plain)) {
      // biome-ignore lint/correctness/noConstructorReturn: Node's own takes over; it also throws what is to be thrown.
      return nativeInstead(new.target, body, init)
    }
    this.#body = plain
    this.#fields = typeof plain === 'string' ? typed(fields, 'text/plain;charset=UTF-8') : fields
    if (init?.status !== undefined) this.#status = init.status
    if (init?.statusText !== undefined) this.#statusText = init.statusText
  }

  static json(data: unknown, init?: Init): Response {
    const text = JSON.stringify(data)
    const fields = plainFields(init?.headers)
    if (text === undefined || fields === undefined || !isPlainStatus(init, text))
      return NativeResponse.json(data, init)
    const headers = Object.fromEntries(pairs(typed(fields, 'application/json')))
    return new LightResponse(text, { ...init, headers }) as unknown as Response
  }

  static error(): Response {
    return NativeResponse.error()
  }

  static redirect(...args: Parameters<typeof Response.redirect>): Response {
    return NativeResponse.redirect(...args)
  }

  /** Every `Response` is an instance, Node's own too; subclasses tell theirs as usual. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (this === LightResponse) return value instanceof NativeResponse
    return Function.prototype[Symbol.hasInstance].call(this, value)
  }

  /** What to send, if `response` is one of ours and nobody has asked for its content. */
  static plain(response: unknown): PlainResponse | undefined {
    if (
      typeof response !== 'object' ||
      response === null ||
      !(#body in response) ||
      response.#native !== undefined
    )
      return undefined
    const headers = response.#headers === undefined ? response.#fields : [...response.#headers].flat()
    return { status: response.#status, statusText: response.#statusText, headers, body: response.#body ?? '' }
  }

  get status(): number {
    return #body in this ? this.#status : native(this, 'status')
  }

  get statusText(): string {
    return #body in this ? this.#statusText : native(this, 'statusText')
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get headers(): Headers {
    if (!(#body in this)) return native(this, 'headers')
    this.#headers ??= this.#native?.headers ?? new Headers(pairs(this.#fields))
    return this.#headers
  }

  /** Node's own `Response` of the same content. */
  static native(response: object): Response {
    if (!(#body in response)) return response as Response
    response.#native ??= new NativeResponse(response.#body, {
      status: response.#status,
      statusText: response.#statusText,
      headers: response.#headers ?? pairs(response.#fields)
    })
    return response.#native
  }
}

/** The rest of a `Response`, member by member, on Node's own. */
for (const name of ['body', 'bodyUsed', 'redirected', 'type', 'url'] as const) {
  Object.defineProperty(LightResponse.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: object) {
      const own = LightResponse.native(this)
      return own === this ? native(this, name) : own[name]
    }
  })
}
for (const name of ['arrayBuffer', 'blob', 'bytes', 'clone', 'formData', 'json', 'text'] as const) {
  Object.defineProperty(LightResponse.prototype, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value(this: object) {
      return Reflect.apply(NativeResponse.prototype[name], LightResponse.native(this), [])
    }
  })
}
Object.setPrototypeOf(LightResponse.prototype, NativeResponse.prototype)
Object.defineProperty(LightResponse, 'name', { value: 'Response', configurable: true })

/** Node's own, as an instance of the subclass that was asked for. */
function nativeInstead(target: typeof LightResponse, body: Given, init: Init): LightResponse {
  const prototype = target === LightResponse ? NativeResponse : target
  return Reflect.construct(NativeResponse, [body, init], prototype) as unknown as LightResponse
}

/** Reads a member of Node's `Response` from an object that is one, by way of a subclass. */
function native<K extends keyof Response>(object: object, name: K): Response[K] {
  return Reflect.get(NativeResponse.prototype, name, object) as Response[K]
}

function plainBody(body: unknown): Body | undefined {
  if (body === undefined || body === null) return null
  if (typeof body === 'string') return body
  // The content is what it is now, whatever becomes of the memory.
  return body instanceof Uint8Array && !(body.buffer instanceof SharedArrayBuffer)
    ? new Uint8Array(body)
    : undefined
}

function isPlainStatus(init: Init, body: Body): boolean {
  const { status = 200, statusText = '' } = init ?? {}
  if (!Number.isInteger(status) || status < 200 || status > 599) return false
  return (
    (body === null || !NO_CONTENT.has(status)) && typeof statusText === 'string' && VALUE.test(statusText)
  )
}

/** Name, value...; undefined for what `Headers` had better look at: strange names, repeated ones, other collections. */
function plainFields(init: ResponseInit['headers']): readonly string[] | undefined {
  if (init === undefined) return NONE
  if (init instanceof Headers) return [...init].flat()
  if (Object.getPrototypeOf(init) !== Object.prototype) return undefined
  const fields: string[] = []
  for (const [name, value] of Object.entries(init as Record<string, unknown>)) {
    const lower = name.toLowerCase()
    if (typeof value !== 'string' || !TOKEN.test(name) || !VALUE.test(value) || fields.includes(lower))
      return undefined
    fields.push(lower, value)
  }
  return fields
}

/** The fields with a content type, if they have none. */
function typed(fields: readonly string[], type: string): readonly string[] {
  if (fields.length === 0) return ['content-type', type]
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === 'content-type') return fields
  return [...fields, 'content-type', type]
}

function pairs(fields: readonly string[]): [string, string][] {
  const list: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) list.push([fields[i] as string, fields[i + 1] as string])
  return list
}
