import { describe, expect, it } from 'vitest'
import { portable } from './messages.ts'

describe('portable', () => {
  it('leaves a text as it is', () => {
    expect(portable('grün')).toEqual({ data: 'grün', transfer: [] })
  })

  it('copies bytes, so that the memory they were in stays where it is', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const { data, transfer } = portable(bytes)
    structuredClone(data, { transfer })
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3))
    expect(data).toHaveLength(0)
  })

  it.each([
    ['a view', new Uint8Array(1024).fill(7).subarray(8, 11)],
    ['a Buffer of the pool', Buffer.from('\x07\x07\x07')]
  ])('takes of %s no more than it shows', (_, view) => {
    const { data, transfer } = portable(view)
    expect(data).toEqual(Uint8Array.of(7, 7, 7))
    expect(transfer.map(({ byteLength }) => byteLength)).toEqual([3])
    expect(transfer[0]).toBe(data.buffer)
  })
})
