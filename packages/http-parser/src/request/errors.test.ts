import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HTTP_PARSE_ERRORS, HttpParseError, type HttpParseErrorCode } from './errors.ts'
import { chunked, get, parse, post, request } from './test-support.ts'

const CODES = Object.keys(HTTP_PARSE_ERRORS) as HttpParseErrorCode[]
const MARK = 'zqMARKERqz'

describe('HttpParseError', () => {
  it.each(CODES)('%s has the status of the table and a message that begins with its meaning', (code) => {
    const error = new HttpParseError(code, 'at byte 7')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'HttpParseError', code, status: HTTP_PARSE_ERRORS[code].status })
    expect(error.message).toBe(`${HTTP_PARSE_ERRORS[code].meaning}: at byte 7`)
    expect(new HttpParseError(code).message).toBe(HTTP_PARSE_ERRORS[code].meaning)
  })

  it.each([
    request(`${MARK} / HTTP/1.1`),
    request(`GET ${MARK} HTTP/1.1`),
    request(`GET http://${MARK}@a/ HTTP/1.1`),
    request(`CONNECT ${MARK} HTTP/1.1`),
    request(`GET / ${MARK}`),
    request('GET / HTTP/1.1', `Host: ${MARK}@`),
    request('GET / HTTP/1.1', `Host: ${MARK}`, `Host: ${MARK}`),
    get(`${MARK}`),
    get(`${MARK}\0: v`),
    get(`X: ${MARK}\0`),
    get(`Expect: ${MARK}`),
    post(`Content-Length: ${MARK}`),
    post(`Transfer-Encoding: ${MARK}`),
    post(`Transfer-Encoding: chunked;${MARK}`),
    chunked(`${MARK}\r\n`),
    chunked(`1;${MARK}\0\r\n`),
    chunked(`1\r\na${MARK}`),
    chunked(`0\r\nHost: ${MARK}\r\n\r\n`)
  ])('echoes no byte of the client: %j', (text) => {
    const { error } = parse(text)
    expect(error).toBeDefined()
    expect(error?.message.toLowerCase()).not.toContain('marker')
    expect(error?.message).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

  it.each(CODES)('lists %s with its status', (code) => {
    expect(readme).toMatch(new RegExp(`\\| \`${code}\` +\\| ${HTTP_PARSE_ERRORS[code].status} +\\|`))
  })

  it('lists no other code', () => {
    const listed = [...readme.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1])
    expect(listed.toSorted()).toEqual(CODES.toSorted())
  })
})
