import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PfError } from '../common/errors.ts'
import {
  type BindAddress,
  checkBindAddress,
  formatBindAddress,
  parseBindAddress,
  resolveBindAddress
} from './bind-address.ts'

const tcp = (host: string, port: number): BindAddress => ({ kind: 'tcp', host, port })
const unix = (path: string): BindAddress => ({ kind: 'unix', path })

describe('parseBindAddress', () => {
  it.each<[string, BindAddress]>([
    ['127.0.0.1:8080', tcp('127.0.0.1', 8080)],
    ['localhost', tcp('localhost', 8000)],
    ['app.internal:0', tcp('app.internal', 0)],
    [':80', tcp('0.0.0.0', 80)],
    ['[::1]:80', tcp('::1', 80)],
    ['[::]', tcp('::', 8000)],
    ['[fe80::1%eth0]:80', tcp('fe80::1%eth0', 80)],
    ['tcp://127.0.0.1:65535', tcp('127.0.0.1', 65535)],
    ['unix:run/app.sock', unix('run/app.sock')],
    ['unix:/run/app.sock', unix('/run/app.sock')],
    ['unix:///run/app.sock', unix('/run/app.sock')],
    ['unix:a:b', unix('a:b')],
    ['fd://3', { kind: 'fd', fd: 3 }]
  ])('reads %s', (text, address) => {
    expect(parseBindAddress(text)).toEqual(address)
  })

  it.each<[string, string]>([
    ['', 'HOST:PORT'],
    ['8000', 'write :8000'],
    ['::1', 'needs brackets: [::1]'],
    ['[127.0.0.1]:80', 'brackets are for IPv6'],
    ['[::1', 'HOST:PORT'],
    ['[::1]80', 'HOST:PORT'],
    ['http://localhost:80', 'HOST:PORT'],
    ['local host:80', 'HOST:PORT'],
    ['unix:', 'path of a socket'],
    ['unix://', 'path of a socket'],
    ['fd://', 'number of an open descriptor'],
    ['fd:3', 'number of an open descriptor'],
    ['fd://-1', 'number of an open descriptor']
  ])("refuses '%s', naming the value and what to write", (text, hint) => {
    expect(() => parseBindAddress(text)).toThrow(`'${text}' is not an address to listen on`)
    expect(() => parseBindAddress(text)).toThrow(hint)
  })

  it.each([
    ['localhost:', ''],
    ['localhost:http', 'http'],
    ['[::1]:65536', '65536'],
    ['localhost:+80', '+80'],
    [': 80', ' 80']
  ])("refuses the port in '%s'", (text, port) => {
    const message = `'${port}' in '${text}' is not a port; write a number from 0 to 65535`
    expect(() => parseBindAddress(text)).toThrow(message)
  })

  it('throws nothing but a PfError, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        try {
          parseBindAddress(text)
        } catch (error) {
          expect(error).toBeInstanceOf(PfError)
        }
      })
    )
  })
})

describe('resolveBindAddress', () => {
  const passed = [
    { fd: 3, name: 'web' },
    { fd: 4, name: 'two' },
    { fd: 5, name: 'two' },
    { fd: 6, name: '7th.socket' }
  ]

  it.each([
    ['fd://web', 3],
    ['fd://7th.socket', 6],
    ['fd://9', 9]
  ])('finds %s', (text, fd) => {
    checkBindAddress(text)
    expect(resolveBindAddress(text, passed)).toEqual({ kind: 'fd', fd })
  })

  it('reads every other address as parseBindAddress does', () => {
    expect(resolveBindAddress(':80', passed)).toEqual(parseBindAddress(':80'))
    expect(() => checkBindAddress('fd://a:b')).toThrow('the name of a socket that systemd passes')
  })

  it.each([
    [
      'fd://two',
      passed,
      "'fd://two' is more than one of the sockets that pf was passed (fd://web, fd://two, "
    ],
    ['fd://other', passed, "'fd://other' is none of the sockets"],
    ['fd://web', [], "'fd://web' is none of the sockets that pf was passed (none at all)"]
  ])('refuses %s', (text, sockets, message) => {
    expect(() => resolveBindAddress(text, sockets)).toThrow(message)
  })
})

describe('formatBindAddress', () => {
  it('writes what parseBindAddress reads back', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
    const path = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'))
    const address = fc.oneof(
      fc.record({ kind: fc.constant('tcp' as const), host, port: fc.integer({ min: 0, max: 65535 }) }),
      fc.record({ kind: fc.constant('unix' as const), path }),
      fc.record({ kind: fc.constant('fd' as const), fd: fc.integer({ min: 0, max: 1_000_000 }) })
    )
    fc.assert(
      fc.property(address, (each) => {
        expect(parseBindAddress(formatBindAddress(each))).toEqual(each)
      })
    )
  })
})
