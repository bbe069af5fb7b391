import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Client } from './client.ts'

/** One thing that an app may do with a request and its response, and what a client sends meanwhile. */
export interface Scenario {
  /** The `'request'` listener. It runs in the server, and nothing else of the scenario does. */
  readonly app: (call: Call) => unknown
  /** The bytes of the request to `target`. Default: a GET. */
  readonly request?: (target: string) => string | Uint8Array
  /** What the client does. Default: sends the request, takes the answer, and looks whether the connection goes on. */
  readonly client?: (client: Client) => Promise<void>
  /** The client leaves the connection open, or sends another request on it: worker class sync serves one. */
  readonly keepsConnection?: true
  /** The first major version of Node.js that does as its documentation says. */
  readonly since?: number
  /** Takes the place of `app` for the `'checkContinue'` event. */
  readonly checkContinue?: (call: Call) => unknown
  /** Takes the place of `app` for the `'checkExpectation'` event. */
  readonly checkExpectation?: (call: Call) => unknown
  /** Takes the place of `app` for the `'upgrade'` and the `'connect'` event. */
  readonly tunnel?: (tunnel: Tunnel) => unknown
}

/** Scenarios by name: the name is the path of their requests, percent-encoded. */
export type Scenarios = Readonly<Record<string, Scenario>>

/** A request that a scenario takes. */
export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Records what the app sees. */
  readonly log: Log
}

/** A request for something else than HTTP, with what the app gets to serve it. */
export interface Tunnel {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly log: Log
}

export type Log = (what: string, ...values: unknown[]) => void

/** What came of a scenario: this is what is compared. */
export interface Outcome {
  /** What the app saw, in order. */
  readonly app: readonly string[]
  /** What the client saw, in order. */
  readonly client: readonly unknown[]
}
