import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Exchange } from '../../packages/core/src/http/exchange.ts'
import type { Random } from './random.ts'

const LARGE = 'x'.repeat(100_000)

/** Reads all of the content. */
type ReadAll = () => Promise<Uint8Array>
type Behaviour = (exchange: Exchange, random: Random, readAll: ReadAll) => unknown

/** What apps do, and what they should not. */
const BEHAVIOURS: readonly Behaviour[] = [
  (exchange) => exchange.respond({ status: 200, headers: [] }, 'hello'),
  (exchange) => exchange.respond({ status: 200, headers: ['Connection', 'close'] }, 'bye'),
  (exchange) => exchange.respond({ status: 204, headers: [] }, ''),
  (exchange) => exchange.respond({ status: 200, headers: ['Content-Length', '5'] }, 'hello'),
  (exchange) => exchange.respond({ status: 200, headers: [] }, LARGE),
  async (exchange, _random, readAll) => exchange.respond({ status: 200, headers: [] }, await readAll()),
  async (exchange) => {
    await exchange.read()
    exchange.respond({ status: 200, headers: [] }, 'some of it is enough')
  },
  async (exchange, _random, readAll) => {
    exchange.respond({ status: 200, headers: [] }, 'before the content')
    await readAll()
  },
  async (exchange, random, readAll) => {
    exchange.respond({ status: 200, headers: [] }, 'long before the content')
    for (let turns = random.below(20); turns > 0; turns--) await nextTurn()
    await readAll()
  },
  async (exchange, random) => {
    for (let turns = random.below(5); turns > 0; turns--) await nextTurn()
    exchange.respond({ status: 200, headers: [] }, 'late')
  },
  stream,
  stream,
  async (exchange, random, readAll) => {
    await readAll()
    await stream(exchange, random)
  },
  async (exchange) => {
    exchange.inform(103, ['Link', '</style.css>; rel=preload'])
    exchange.inform(100, [])
    await nextTurn()
    exchange.respond({ status: 200, headers: [] }, 'hinted')
  },
  (exchange) => exchange.cut(),
  (exchange) => exchange.fail(new Error('the app failed')),
  () => {
    throw new Error('the app threw')
  },
  (exchange) => {
    exchange.respond({ status: 200, headers: ['Content-Length', '5'] })
    void exchange.write('four')
    exchange.end()
  },
  (exchange) => {
    exchange.respond({ status: 200, headers: ['Content-Length', '3'] })
    void exchange.write('four')
  },
  (exchange) => exchange.respond({ status: 200, headers: ['X-Injected', 'a\r\nX-Forged: 1'] }, 'no'),
  (exchange) => exchange.respond({ status: 304, headers: ['Content-Length', '5'] }, ''),
  // Never, unless the client goes.
  (exchange) => new Promise<void>((resolve) => exchange.onAbort(() => resolve()))
]

/** Runs one app of those there are, as a worker does. Tells `read` of content that it has read to the end. */
export async function answerSomehow(
  exchange: Exchange & { settled(): void },
  random: Random,
  read: (content: Buffer) => void
): Promise<void> {
  const readAll = async (): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = []
    for (let piece = await exchange.read(); piece !== undefined; piece = await exchange.read())
      pieces.push(piece)
    const content = Buffer.concat(pieces)
    read(content)
    return content
  }
  try {
    await random.pick(BEHAVIOURS)(exchange, random, readAll)
  } catch (error) {
    exchange.fail(error)
  }
  exchange.settled()
}

async function stream(exchange: Exchange, random: Random): Promise<void> {
  exchange.respond({ status: 200, headers: [] })
  for (let pieces = random.below(4); pieces > 0; pieces--) {
    await exchange.write(random.oneIn(4) ? LARGE : 'a piece')
    if (random.oneIn(2)) await nextTurn()
  }
  exchange.end(random.oneIn(2) ? ['X-Sum', '1'] : [])
}
