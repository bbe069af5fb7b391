/** What the rules need to know of a worker class: each difference, with its reason. */
export interface ClassUnderTest {
  readonly name: string
  readonly args: readonly string[]
  /** Whether a connection carries more than one request. */
  readonly keepAlive: boolean
  /** Requests that run at the same time in a worker that takes in more of them; undefined where none ever waits inside. */
  readonly exchanges?: number
}

export const SYNC: ClassUnderTest = {
  name: 'sync',
  args: ['-k', 'sync'],
  // A worker holds one connection at a time, so that an idle one would keep all others out.
  keepAlive: false
}

export const GTHREAD: ClassUnderTest = {
  name: 'gthread',
  args: ['-k', 'gthread', '--threads', '2'],
  keepAlive: true,
  // A thread runs one request at a time.
  exchanges: 2
}

export const ASYNC: ClassUnderTest = { name: 'async', args: ['-k', 'async'], keepAlive: true }
