import { describe, expect, it } from 'vitest'
import { get, parse, parseOne, request, verdict } from './test-support.ts'

const HOST = 'Host: a'

describe('request line, RFC 9112 section 3', () => {
  it('yields the method, the target as sent and the minor version', () => {
    const { head } = parseOne(request('GET //a/%2e?b=c&d HTTP/1.1', HOST))
    expect(head).toEqual({
      type: 'head',
      method: 'GET',
      target: '//a/%2e?b=c&d',
      minorVersion: 1,
      headers: ['Host', 'a'],
      host: 'a',
      framing: 'none',
      contentLength: 0,
      keepAlive: true,
      expectContinue: false,
      upgrade: false
    })
  })

  it.each([
    ['two parts', 'GET /', 'INVALID_REQUEST_LINE'],
    ['one part', 'GET', 'INVALID_REQUEST_LINE'],
    ['two spaces before the target', 'GET  / HTTP/1.1', 'INVALID_REQUEST_LINE'],
    ['two spaces before the version', 'GET /  HTTP/1.1', 'INVALID_VERSION'],
    ['a space at the end', 'GET / HTTP/1.1 ', 'INVALID_REQUEST_LINE'],
    ['four parts', 'GET / HTTP/1.1 x', 'INVALID_REQUEST_LINE'],
    ['a tab for a space', 'GET\t/ HTTP/1.1', 'INVALID_METHOD'],
    ['a tab for the second space', 'GET /\tHTTP/1.1', 'INVALID_TARGET'],
    ['a space before the method', ' GET / HTTP/1.1', 'INVALID_METHOD'],
    ['a tab before the method', '\tGET / HTTP/1.1', 'INVALID_METHOD'],
    ['an empty target', 'GET  HTTP/1.1', 'INVALID_REQUEST_LINE']
  ])('refuses %s', (_, line, code) => {
    expect(verdict(request(line, HOST))).toBe(code)
  })
})

describe('line ends, RFC 9112 section 2.2', () => {
  it.each([
    ['a bare LF behind the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
    ['a bare LF behind the method', 'GET\n/ HTTP/1.1\r\n\r\n'],
    ['a bare LF behind the target', 'GET /\n HTTP/1.1\r\n\r\n'],
    ['a bare CR behind the request line', 'GET / HTTP/1.1\rHost: a\r\n\r\n'],
    ['two CR behind the request line', 'GET / HTTP/1.1\r\r\nHost: a\r\n\r\n'],
    ['a bare LF behind a field', 'GET / HTTP/1.1\r\nHost: a\n\r\n'],
    ['a bare LF inside a field name', 'GET / HTTP/1.1\r\nHo\nst: a\r\n\r\n'],
    ['a bare CR behind a field', 'GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n'],
    ['a bare LF as the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
    ['a bare CR as the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\rx'],
    ['a bare LF before the request line', '\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a bare CR before the request line', '\rGET / HTTP/1.1\r\nHost: a\r\n\r\n']
  ])('refuses %s', (_, text) => {
    expect(verdict(text)).toBe('INVALID_LINE_END')
  })

  it('refuses at the bare LF, without waiting for more', () => {
    expect(verdict('GET / HTTP/1.1\n')).toBe('INVALID_LINE_END')
  })

  it('skips one empty line before a request', () => {
    expect(parseOne(`\r\n${get()}`).head.target).toBe('/')
    expect(parse(`\r\n${get()}\r\n${get()}\r\n${get()}`).requests).toHaveLength(3)
  })

  it('refuses a second empty line before a request', () => {
    expect(verdict(`\r\n\r\n${get()}`)).toBe('INVALID_REQUEST_LINE')
    expect(verdict(`${get()}\r\n\r\n${get()}`)).toBe('INVALID_REQUEST_LINE')
  })
})

describe('method, RFC 9110 section 9.1', () => {
  it.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'QUERY',
    'M-SEARCH',
    'X',
    'A1_!~',
    'ABCDEFGHIJKLMNOPQRST'
  ])('accepts %s', (method) => {
    expect(parseOne(request(`${method} / HTTP/1.1`, HOST)).head.method).toBe(method)
  })

  it.each([
    'get',
    'Get',
    'G@T',
    'G(T',
    'G"T',
    'G\0T',
    'G\x7fT',
    'G\xe9T',
    'ABCDEFGHIJKLMNOPQRSTU',
    '\x16\x03\x01'
  ])('refuses %j', (method) => {
    expect(verdict(request(`${method} / HTTP/1.1`, HOST))).toBe('INVALID_METHOD')
  })
})

describe('request target, RFC 9112 section 3.2', () => {
  it.each([
    ['GET', '/', 'a'],
    ['GET', '/a/b;c=d?e={f}|"g"', 'a'],
    ['GET', '//b/c', 'a'],
    ['GET', '/*', 'a'],
    ['GET', 'http://b', 'b'],
    ['GET', 'http://b/', 'b'],
    ['GET', 'HTTPS://b.example:8443/c?d', 'b.example:8443'],
    ['GET', 'http://b?c', 'b'],
    ['GET', 'http://[::1]:80/', '[::1]:80'],
    ['OPTIONS', '*', 'a'],
    ['OPTIONS', '/', 'a'],
    ['OPTIONS', 'http://b', 'b'],
    ['CONNECT', 'b:443', 'b:443'],
    ['CONNECT', '[2001:db8::1]:443', '[2001:db8::1]:443']
  ])('accepts %s %s with host %s', (method, target, host) => {
    const { head } = parseOne(request(`${method} ${target} HTTP/1.1`, HOST))
    expect(head.target).toBe(target)
    expect(head.host).toBe(host)
  })

  it.each([
    ['GET', '*'],
    ['OPTIONS', '**'],
    ['GET', 'a/b'],
    ['GET', '?a'],
    ['GET', 'a:80'],
    ['GET', 'ftp://a/'],
    ['GET', 'http:/a'],
    ['GET', 'http:///a'],
    ['GET', 'http://'],
    ['GET', 'http://:80/'],
    ['GET', 'http://user@a/'],
    ['GET', 'http://a:b/'],
    ['GET', 'http://a\\b/'],
    ['CONNECT', '/'],
    ['CONNECT', 'a'],
    ['CONNECT', 'a:'],
    ['CONNECT', ':443'],
    ['CONNECT', 'a:443/'],
    ['CONNECT', 'a:65536'],
    ['CONNECT', 'http://a:443'],
    ['CONNECT', '*'],
    ['GET', '/#a'],
    ['GET', '/a#'],
    ['GET', '/\0'],
    ['GET', '/\x1f'],
    ['GET', '/\x7f'],
    ['GET', '/\x80'],
    ['GET', '/\xe9']
  ])('refuses %s %j', (method, target) => {
    expect(verdict(request(`${method} ${target} HTTP/1.1`, HOST))).toBe('INVALID_TARGET')
  })

  it('lets the authority of the target replace Host, which must be there and valid all the same', () => {
    expect(parseOne(request('GET http://b/ HTTP/1.1', 'Host: c')).head.host).toBe('b')
    expect(verdict(request('GET http://b/ HTTP/1.1'))).toBe('MISSING_HOST')
    expect(verdict(request('GET http://b/ HTTP/1.1', 'Host: c d'))).toBe('INVALID_HOST')
    expect(parseOne(request('GET http://b/ HTTP/1.0')).head.host).toBe('b')
  })
})

describe('version, RFC 9112 section 2.3', () => {
  it.each([
    ['HTTP/1.0', 0],
    ['HTTP/1.1', 1],
    ['HTTP/1.2', 1],
    ['HTTP/1.9', 1]
  ])('serves %s as minor %i', (version, minor) => {
    expect(parseOne(request(`GET / ${version}`, HOST)).head.minorVersion).toBe(minor)
  })

  it.each(['HTTP/0.9', 'HTTP/2.0', 'HTTP/3.0', 'HTTP/9.9'])('refuses %s with 505', (version) => {
    expect(parse(request(`GET / ${version}`, HOST)).error).toMatchObject({
      code: 'UNSUPPORTED_VERSION',
      status: 505
    })
  })

  it('refuses the preface of HTTP/2 with 505', () => {
    expect(parse('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').error?.status).toBe(505)
  })

  it.each([
    'HTTP/1',
    'HTTP/1.',
    'HTTP/1.x',
    'HTTP/11',
    'HTTP/1.10',
    'HTTP/01.1',
    'HTTP/2',
    'HTTP/2.0x',
    'http/1.1',
    'HTTP/1,1',
    'HTTPS/1.1',
    'ICE/1.0',
    'HTTP/1.\xb2'
  ])('refuses %j with 400', (version) => {
    expect(parse(request(`GET / ${version}`, HOST)).error).toMatchObject({
      code: 'INVALID_VERSION',
      status: 400
    })
  })
})
