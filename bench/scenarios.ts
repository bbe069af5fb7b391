import type { Bar, Contender } from './contenders.ts'
import * as contender from './contenders.ts'

export interface Scenario {
  readonly name: string
  /** What is asked, for the reader. */
  readonly title: string
  /** Load: requests per CPU-second. Memory: bytes per idle connection. */
  readonly measures: 'load' | 'memory'
  /** The bytes of a request. */
  readonly request: string
  /** How many requests go out in one write, the next when all are answered. */
  readonly batch: number
  /** The body of every right answer. */
  readonly answer: string
  readonly contenders: readonly Contender[]
  readonly bars: readonly Bar[]
}

const HELLO = 'Hello, world!\n'

const BROWSER_FIELDS = [
  'Host: bench.example',
  'Connection: keep-alive',
  'Cache-Control: max-age=0',
  'sec-ch-ua: "Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'DNT: 1',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-User: ?1',
  'Sec-Fetch-Dest: document',
  'Referer: http://bench.example/start',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
  'Cookie: session=4f3c2a1908e7d6b5; theme=dark; consent=necessary; _ga=GA1.1.1234567890.1700000000',
  'If-None-Match: W/"5f-18c2e4a9d10"',
  'Priority: u=0, i'
]

/** 1 KiB of JSON. */
const DOCUMENT = JSON.stringify({
  items: Array.from({ length: 15 }, (_, id) => ({
    id: 1000 + id,
    name: `item ${1000 + id}`,
    tags: ['a', 'b', 'c'],
    ok: true
  })),
  note: 'a text as apps send them'
}).padEnd(1024)

const request = (line: string, fields: readonly string[], body = '') => {
  return `${line} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body}`
}

const GET_HELLO = request('GET /', ['Host: bench', 'User-Agent: bench', 'Accept: */*'])

const hello = { measures: 'load', request: GET_HELLO, batch: 1, answer: HELLO } as const

/** Every scenario; `idle` is how many connections stay idle in those that have such. */
export function scenarios(idle: number): Scenario[] {
  return [
    {
      ...hello,
      name: 'hello',
      title: 'GET with 3 fields, answered with 14 bytes',
      contenders: [...contender.BASIC, contender.FLOOR, ...contender.OTHER_CLASSES],
      bars: [...contender.HELLO_BARS, contender.NODE_STYLE_BAR]
    },
    {
      ...hello,
      name: 'browser',
      title: 'GET with the 20 fields of a browser, answered with 14 bytes',
      request: request('GET /', BROWSER_FIELDS),
      contenders: [...contender.BASIC, contender.FLOOR],
      bars: [contender.NODE_STYLE_BAR]
    },
    {
      ...hello,
      name: 'post',
      title: 'POST of 1 KiB of JSON, which is parsed and sent back',
      request: request(
        'POST /',
        [
          'Host: bench',
          'Accept: */*',
          'Content-Type: application/json',
          `Content-Length: ${DOCUMENT.length}`
        ],
        DOCUMENT
      ),
      answer: JSON.stringify({ received: JSON.parse(DOCUMENT) }),
      contenders: contender.BASIC,
      bars: [contender.NODE_STYLE_BAR]
    },
    {
      ...hello,
      name: 'pipelined',
      title: 'the GET of hello, 16 in one write',
      batch: 16,
      contenders: [...contender.BASIC, contender.FLOOR],
      bars: [contender.NODE_STYLE_BAR]
    },
    {
      ...hello,
      name: 'stream',
      title: 'GET, answered with 1 MiB that the app streams in 16 chunks',
      answer: '.'.repeat(1024 * 1024),
      contenders: contender.STREAMING,
      bars: [contender.NODE_STYLE_BAR]
    },
    {
      ...hello,
      name: 'frameworks',
      title: 'the GET of hello, to the same framework app on pf and on Node alone',
      contenders: contender.FRAMEWORKS,
      bars: contender.FRAMEWORK_BARS
    },
    {
      ...hello,
      name: 'idle',
      title: `the GET of hello, with and without ${idle} idle connections beside it`,
      contenders: contender.withIdle(idle),
      bars: contender.idleBars(idle)
    },
    {
      ...hello,
      name: 'memory',
      title: `${idle} connections that stay idle after one answer each`,
      measures: 'memory',
      contenders: contender.memory(idle),
      bars: contender.MEMORY_BARS
    }
  ]
}
