import { Buffer } from 'node:buffer'
import { expect } from 'vitest'
import { HttpParseError, type HttpParseErrorCode } from '../request/errors.ts'
import { bytesOf, cut, singly } from '../request/test-support.ts'
import { type ProxyEnds, ProxyHeaderParser, type ProxyProtocol } from './proxy-header.ts'

/** All that some bytes lead to. */
export interface ProxyOutcome {
  readonly type: 'proxy' | 'no-proxy' | 'need-more' | HttpParseErrorCode
  readonly version?: 1 | 2
  readonly ends?: ProxyEnds | undefined
  readonly status?: number
  /** What is left behind the header, as latin1. */
  readonly rest?: string
}

/** Pushes the pieces one by one, asking for a result in between. */
export function feedProxy(pieces: readonly Uint8Array[], protocol: ProxyProtocol = 'auto'): ProxyOutcome {
  const parser = new ProxyHeaderParser(protocol)
  for (const [index, piece] of pieces.entries()) {
    parser.push(piece)
    try {
      const event = parser.next()
      if (event.type === 'need-more') continue
      const rest = Buffer.concat([parser.takeRest(), ...pieces.slice(index + 1)]).toString('latin1')
      return { ...event, rest }
    } catch (error) {
      if (!(error instanceof HttpParseError)) throw error
      expect(() => parser.next()).toThrow(error)
      return { type: error.code, status: error.status }
    }
  }
  return { type: 'need-more' }
}

/** What `bytes` lead to; fails unless it is the same whole, byte by byte and cut in two anywhere. */
export function parseProxy(bytes: string | Buffer, protocol?: ProxyProtocol): ProxyOutcome {
  const all = typeof bytes === 'string' ? bytesOf(bytes) : bytes
  const whole = feedProxy([all], protocol)
  expect(feedProxy(singly(all), protocol), 'byte by byte').toEqual(whole)
  for (let at = 1; at < all.length; at++) {
    expect(feedProxy(cut(all, at), protocol), `cut at ${at}`).toEqual(whole)
  }
  return whole
}

export const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n'

/** A version 2 header: its 13th and 14th byte, and what its length counts. */
export function block(versionAndCommand: number, familyAndTransport: number, content: Uint8Array): Buffer {
  const head = Buffer.from([
    versionAndCommand,
    familyAndTransport,
    content.length >> 8,
    content.length & 0xff
  ])
  return Buffer.concat([bytesOf(SIGNATURE), head, content])
}

/** The addresses of a version 2 header: source, destination and their ports. */
export function addresses(source: number[], destination: number[], ports = [4660, 443]): Buffer {
  return Buffer.from([...source, ...destination, ...ports.flatMap((port) => [port >> 8, port & 0xff])])
}

export const IPV4 = addresses([192, 0, 2, 1], [198, 51, 100, 2])
