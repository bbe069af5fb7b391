import { AnswerBatch } from '../../packages/core/src/http/answer-batch.ts'
import type { Connection } from '../../packages/core/src/http/connection.ts'
import type { HttpExchange } from '../../packages/core/src/http/http-exchange.ts'
import { FakeHost } from '../../packages/core/src/http/test-connection.ts'
import type { Tunnel } from '../../packages/core/src/http/tunnel.ts'
import { answerSomehow } from './app.ts'
import type { Random } from './random.ts'

/** Whom the header of the proxy names. */
export const PROXIED = '198.51.100.1'

/** Names another client than the socket does. */
const PROXY_HEADER = `PROXY TCP4 ${PROXIED} 198.51.100.2 5000 80\r\n`

/** A clock by which most answers come in quick succession. */
function hasty(random: Random): () => number {
  let clock = 0
  return () => {
    clock += random.oneIn(5) ? 1 : 0.01
    return clock
  }
}

/** A worker whose app does anything. */
export class FuzzHost extends FakeHost {
  readonly #random: Random
  /** Exchanges that the app has not settled. */
  open = 0
  /** What the client has sent, without the prefix. */
  sent = ''
  /** What an app got of it that took the connection over. */
  tunnelled: string | undefined
  /** Content that the app has read to the end, by the number of the request. */
  readonly contents = new Map<number, string>()

  /** What comes before the first request: the header of a proxy, or nothing. */
  readonly prefix: string

  constructor(random: Random) {
    const proxied = random.oneIn(4)
    super(
      { request: random.oneIn(4) ? 20_000 : Number.POSITIVE_INFINITY },
      proxied ? { proxyProtocol: 'auto', proxyAllowFrom: ['*'] } : {},
      random.oneIn(2) ? new AnswerBatch(hasty(random)) : undefined
    )
    this.#random = random
    this.prefix = proxied && random.oneIn(2) ? PROXY_HEADER : ''
    this.takesUpgrades = random.oneIn(4)
  }

  /** The app that gets the connection reads all that comes, and closes when its client does. */
  override upgrade(exchange: HttpExchange, connection: Connection): boolean {
    if (!super.upgrade(exchange, connection)) return false
    const { head, socket } = this.tunnel as Tunnel
    this.tunnelled = Buffer.from(head).toString('latin1')
    socket.on('data', (bytes: Buffer) => {
      this.tunnelled += bytes.toString('latin1')
    })
    socket.on('end', () => socket.end())
    return true
  }

  override submit(exchange: HttpExchange): void {
    super.submit(exchange)
    this.open += 1
    const index = this.exchanges.length - 1
    const read = (content: Buffer): unknown => this.contents.set(index, content.toString('latin1'))
    void answerSomehow(exchange, this.#random, read).then(() => {
      this.open -= 1
    })
  }
}
