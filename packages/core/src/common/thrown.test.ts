import { describe, expect, it } from 'vitest'
import { messageOf, stackOf } from './thrown.ts'

function failing(): never {
  throw new Error('not to be had')
}

/** An error with another stack, by a getter or as a value. */
function withStack(stack: PropertyDescriptor): Error {
  return Object.defineProperty(new TypeError('no'), 'stack', stack)
}

const bare = Object.assign(Object.create(null), { code: 'X' })
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()

describe('messageOf()', () => {
  it.each([
    ['an error', new Error('no'), 'no'],
    ['a text', 'no', 'no'],
    ['nothing', undefined, 'undefined'],
    ['a symbol', Symbol('no'), 'Symbol(no)'],
    ['an object without toString()', bare, "[Object: null prototype] { code: 'X' }"],
    ['an object whose toString() throws', { toString: failing }, '{ toString: [Function: failing] }'],
    ['an object whose toString() gives none', { toString: () => ({}) }, '{ toString: [Function: toString] }']
  ])('tells of %s', (_, thrown, text) => {
    expect(messageOf(thrown)).toBe(text)
  })

  it('finds something to say whatever was thrown', () => {
    const mute = Object.defineProperty(new Error('no'), 'message', { get: failing })
    for (const thrown of [mute, revoked]) expect(messageOf(thrown)).not.toBe('')
  })
})

describe('stackOf()', () => {
  it('tells the stack of an error, and anything else as it is', () => {
    const error = new Error('no')
    expect(stackOf(error)).toBe(error.stack)
    expect([stackOf('no'), stackOf(null), stackOf(7)]).toEqual(['no', 'null', '7'])
    expect(stackOf(bare)).toBe(messageOf(bare))
  })

  it.each([
    ['is not there', { value: undefined }],
    ['is no text', { value: { frames: [] } }],
    ['cannot be had', { get: failing }]
  ])('tells name and message of an error whose stack %s', (_, stack) => {
    expect(stackOf(withStack(stack))).toBe('TypeError: no')
  })

  it('finds something to say whatever was thrown', () => {
    expect(stackOf(revoked)).not.toBe('')
  })
})
