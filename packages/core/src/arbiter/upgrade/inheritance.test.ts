import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { formatInheritance, parseInheritance } from './inheritance.ts'

async function listeningDescriptor(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return (server as unknown as { _handle: { fd: number } })._handle.fd
}

describe('the inheritance of a new arbiter', () => {
  it('is read back as it was written', async () => {
    const fd = await listeningDescriptor()
    const file = { path: '/run/pf.sock', inode: 7 }
    const inheritance = {
      pid: 12,
      sockets: [
        { address: '127.0.0.1:0', fd, name: 'http://127.0.0.1:4711', file: undefined, isOurs: true },
        { address: 'unix:pf.sock', fd, name: 'unix:pf.sock', file, isOurs: false }
      ]
    }
    expect(parseInheritance(formatInheritance(inheritance))).toEqual(inheritance)
  })

  it.each([
    'yes',
    '{}',
    '{"pid":1}',
    '{"pid":1,"sockets":[{}]}',
    '{"pid":1,"sockets":[{"address":"a","name":"b","fd":987654}]}',
    '{"pid":1,"sockets":[{"address":"a","name":"b","fd":"x"}]}'
  ])('is refused when it is %s', (text) => {
    expect(() => parseInheritance(text)).toThrow(expect.objectContaining({ code: 'PF_USAGE' }))
  })
})
