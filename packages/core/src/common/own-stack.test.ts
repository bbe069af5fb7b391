import { describe, expect, it } from 'vitest'
import { ownStack } from './own-stack.ts'

const PF = new URL('./server.js', import.meta.url).href

describe('ownStack()', () => {
  it('ends where pf begins, and leaves out what is inside of Node', () => {
    const error = new Error('no')
    error.stack = [
      'Error: no',
      '    at query (file:///shop/db.js:3:9)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)',
      '    at async handler (file:///shop/app.js:7:3)',
      `    at async run (${PF}:1:1)`,
      '    at async boot (file:///shop/node_modules/other/x.js:1:1)'
    ].join('\n')
    expect(ownStack(error)).toBe(
      'Error: no\n    at query (file:///shop/db.js:3:9)\n    at async handler (file:///shop/app.js:7:3)'
    )
  })

  it('keeps the lines of a message, and a stack without pf', () => {
    const error = new Error('first\nat second')
    error.stack = 'Error: first\nat second\n    at a (file:///a.js:1:1)'
    expect(ownStack(error)).toBe(error.stack)
  })

  it('takes whatever was thrown', () => {
    expect([ownStack('text'), ownStack(undefined), ownStack(7)]).toEqual(['text', 'undefined', '7'])
  })
})
