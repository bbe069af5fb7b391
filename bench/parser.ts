/**
 * `node bench/parser.ts [ROUNDS]`: CPU time to parse one request and to materialise method, target and headers as strings, with
 * `@pf/http-parser` (as built) and with the parser binding behind `node:http`, in turn within each round.
 */
import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import { RequestParser } from '../packages/http-parser/dist/index.js'

const WARM_UP_ROUNDS = 3
const MICROSECONDS_PER_ROUND = 100_000

const BROWSER = [
  'GET /products/1234?color=blue&size=m HTTP/1.1',
  'Host: shop.example',
  'Connection: keep-alive',
  'sec-ch-ua: "Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'Sec-Fetch-Site: same-origin',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
  'Cookie: session=8c2f9d6e4b1a47f0a3c5d7e9f1b2c4d6; theme=dark; _ga=GA1.1.1234567890.1700000000'
]

const REQUESTS = {
  'a browser, 12 headers': BROWSER,
  'a load generator, 1 header': ['GET / HTTP/1.1', 'Host: 127.0.0.1:8000']
}

/** Parses one request; returns how many strings its headers have, so that nobody can leave the work out. */
type Parse = (bytes: Buffer) => number

function ours(): Parse {
  const parser = new RequestParser()
  return (bytes) => {
    parser.push(bytes)
    let strings = 0
    for (let event = parser.next(); event.type !== 'need-more'; event = parser.next()) {
      if (event.type === 'head') strings = event.headers.length
    }
    return strings
  }
}

/** Set up as `node:http` does for each of its connections. */
function nodes(): Parse {
  // The one module that hands the binding out without a flag; it is deprecated, and has no types.
  const { HTTPParser, methods } = createRequire(import.meta.url)('node:_http_common') as NodeBinding
  const parser = new HTTPParser()
  parser.initialize(HTTPParser.REQUEST, {})
  const seen = { method: '', target: '', headers: [] as string[], complete: false }
  parser[HTTPParser.kOnHeaders] = () => {}
  parser[HTTPParser.kOnHeadersComplete] = (...[, , headers, method, target]: HeadArguments) => {
    seen.method = methods[method] as string
    seen.target = target
    seen.headers = headers
    return 0
  }
  parser[HTTPParser.kOnBody] = () => {}
  parser[HTTPParser.kOnMessageComplete] = () => {
    seen.complete = true
  }
  return (bytes) => {
    seen.complete = false
    parser.execute(bytes)
    return seen.complete ? seen.headers.length : -1
  }
}

type HeadArguments = [major: number, minor: number, headers: string[], method: number, target: string]

interface NodeParser {
  initialize(type: number, resource: object): void
  execute(bytes: Buffer): number | Error
  [callback: number]: unknown
}

interface NodeBinding {
  readonly methods: readonly string[]
  readonly HTTPParser: {
    new (): NodeParser
    readonly REQUEST: number
    readonly kOnHeaders: number
    readonly kOnHeadersComplete: number
    readonly kOnBody: number
    readonly kOnMessageComplete: number
  }
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Parses `bytes` over and over for a while. Returns nanoseconds of CPU time per request, the garbage collector's included. */
function measure(parse: Parse, bytes: Buffer, strings: number): number {
  const begin = cpuMicroseconds()
  let requests = 0
  let spent = 0
  while (spent < MICROSECONDS_PER_ROUND) {
    for (let i = 0; i < 1000; i++) {
      if (parse(bytes) !== strings) throw new Error('A parser has not seen all headers of the request')
    }
    requests += 1000
    spent = cpuMicroseconds() - begin
  }
  return (1000 * spent) / requests
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const rounds = Number(process.argv[2] ?? 21)
console.log(`node ${process.version}, ${rounds} rounds, ns of CPU time per request, medians\n`)
console.log("| request | ours | node's | node's / ours, median of rounds |\n|---|---|---|---|")
for (const [name, lines] of Object.entries(REQUESTS)) {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const strings = 2 * (lines.length - 1)
  const [mine, theirs] = [ours(), nodes()]
  const times = Array.from({ length: WARM_UP_ROUNDS + rounds }, () => ({
    ours: measure(mine, bytes, strings),
    nodes: measure(theirs, bytes, strings)
  })).slice(WARM_UP_ROUNDS)
  const columns = [
    median(times.map((time) => time.ours)).toFixed(0),
    median(times.map((time) => time.nodes)).toFixed(0),
    median(times.map((time) => time.nodes / time.ours)).toFixed(2)
  ]
  console.log(`| ${name} | ${columns.join(' | ')} |`)
}
