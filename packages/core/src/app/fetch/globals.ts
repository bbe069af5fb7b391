import { LightRequest, NativeRequest } from './light-request.ts'
import { LightResponse } from './light-response.ts'

const nativeFetch = globalThis.fetch

type Input = ConstructorParameters<typeof Request>[0]

/** The global `Request` of a thread that runs an app: Node's own, which takes one of ours as its input too. */
class AppRequest extends NativeRequest {
  constructor(input: Input, init?: RequestInit) {
    super(LightRequest.native(input) as Input, init)
  }

  /** Every `Request` is an instance, Node's own and ours; subclasses tell theirs as usual. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === AppRequest) return value instanceof NativeRequest
    return Function.prototype[Symbol.hasInstance].call(this, value)
  }
}
Object.defineProperty(AppRequest, 'name', { value: 'Request', configurable: true })
Object.defineProperty(LightRequest.prototype, 'constructor', {
  value: AppRequest,
  configurable: true,
  writable: true
})

/**
 * Puts the light `Response` in the place of the global one, and has `Request` and `fetch` take light requests. To be called
 * before the app is loaded; calling it again changes nothing. See `decisions/0009-light-fetch-classes.md`.
 */
export function installFetchGlobals(): void {
  const globals = {
    Request: AppRequest,
    Response: LightResponse,
    fetch: (input: Input, init?: RequestInit) => nativeFetch(LightRequest.native(input) as Input, init)
  }
  if (globalThis.Request === AppRequest) return
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false })
  }
}
