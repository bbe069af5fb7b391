import { Buffer } from 'node:buffer'
import type { Random } from './random.ts'

/** Longest input; what is longer costs time and finds nothing more. */
const MOST = 1024
/** Inputs that are kept for having shown something new. */
const MOST_KEPT = 4000

/** Pieces of requests, sound and unsound. */
const DICTIONARY = [
  ...[
    'GET ',
    'POST ',
    'CONNECT ',
    'OPTIONS ',
    ' HTTP/1.1',
    ' HTTP/1.0',
    ' HTTP/1.2',
    ' HTTP/2.0',
    '*',
    'http://a'
  ],
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    ' ',
    '\t',
    ':',
    ';',
    '=',
    ',',
    '"',
    '\\',
    '\0',
    '\x7f',
    '\x80',
    '#',
    '%',
    '_'
  ],
  ...[
    'Host: a\r\n',
    'Host: b:80\r\n',
    'Content-Length: 3\r\n',
    'Content-Length: 0\r\n',
    'Content-Length: +3\r\n'
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip\r\n',
    'Transfer-Encoding',
    'chunked',
    'Content-Length'
  ],
  ...[
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
    'Expect: 100-continue\r\n',
    'X-A: 1\r\n',
    ' folded\r\n'
  ],
  ...[
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    '0\r\n',
    '3;a="b"\r\nabc\r\n',
    '3;a\r\n',
    'ffffffffffffff',
    '0x',
    '+',
    '-',
    '00'
  ],
  ...['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc'],
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ...['x'.repeat(30), 'abcdefghijklmnopqrstuvwxyz'.repeat(4)],
  ...[
    'X_Y: 1\r\n',
    'X-A : 1\r\n',
    '\r\n ',
    '\r\n\t',
    'get ',
    ' HTTP/0.9',
    'Upgrade: a\r\nConnection: upgrade\r\n'
  ]
].map((text) => Buffer.from(text, 'latin1'))

/** Makes inputs of those it was given and of those that have shown something new. */
export class Mutator {
  readonly #random: Random
  readonly #pool: Buffer[]
  readonly #scratch = Buffer.alloc(2 * MOST)
  readonly #mutations: readonly ((length: number) => number)[]

  constructor(seeds: readonly Uint8Array[], random: Random) {
    this.#random = random
    this.#pool = seeds.filter(({ length }) => length > 0 && length <= MOST).map((seed) => Buffer.from(seed))
    this.#mutations = [
      (length) => this.#flip(length),
      (length) => this.#overwrite(length),
      (length) => this.#remove(length),
      (length) => this.#repeat(length),
      (length) => this.#insert(length, random.pick(DICTIONARY)),
      (length) => this.#insert(length, random.pick(DICTIONARY)),
      (length) => this.#splice(length)
    ]
  }

  /** Inputs to begin with, and those added. */
  get size(): number {
    return this.#pool.length
  }

  /** Keeps an input to make others of. */
  keep(input: Uint8Array): void {
    if (this.#pool.length < MOST_KEPT) this.#pool.push(Buffer.from(input))
  }

  /** One of the inputs as it is. */
  seed(): Buffer {
    return this.#random.pick(this.#pool)
  }

  /** A new input, in memory of its own. */
  next(): Buffer {
    const base = this.#random.pick(this.#pool)
    let length = base.copy(this.#scratch)
    for (let count = 1 + this.#random.below(4); count > 0; count--) {
      length = Math.min(MOST, this.#random.pick(this.#mutations)(length))
    }
    return Buffer.from(this.#scratch.subarray(0, length))
  }

  #flip(length: number): number {
    const at = this.#random.below(length)
    this.#scratch[at] = (this.#scratch[at] as number) ^ (1 << this.#random.below(8))
    return length
  }

  #overwrite(length: number): number {
    this.#scratch[this.#random.below(length)] = this.#random.below(256)
    return length
  }

  #remove(length: number): number {
    const from = this.#random.below(length)
    const to = Math.min(length, from + 1 + this.#random.below(this.#random.oneIn(4) ? 40 : 4))
    this.#scratch.copyWithin(from, to, length)
    return length - (to - from)
  }

  #repeat(length: number): number {
    const from = this.#random.below(length)
    const count = Math.min(length - from, 1 + this.#random.below(40))
    return this.#insert(length, Buffer.from(this.#scratch.subarray(from, from + count)))
  }

  #insert(length: number, piece: Buffer): number {
    const at = this.#random.below(length + 1)
    this.#scratch.copyWithin(at + piece.length, at, Math.min(length, this.#scratch.length - piece.length))
    piece.copy(this.#scratch, at)
    return Math.min(this.#scratch.length, length + piece.length)
  }

  /** Goes on with the rest of another input. */
  #splice(length: number): number {
    const other = this.#random.pick(this.#pool)
    const at = this.#random.below(length + 1)
    return at + other.copy(this.#scratch, at, this.#random.below(other.length))
  }
}
