import { describe, expect, it } from 'vitest'
import { findGroup, findUser } from './accounts.ts'

describe('findUser()', () => {
  it('finds by name and by number, with the own group', () => {
    expect(findUser('root')).toEqual({ name: 'root', id: 0, group: 0 })
    expect(findUser('0')).toEqual({ name: 'root', id: 0, group: 0 })
  })

  it('takes a number that nobody has, without a group', () => {
    expect(findUser('3999999999')).toEqual({ name: '3999999999', id: 3999999999, group: undefined })
  })

  it.each(['no such user', '4294967295', '-1', ''])('finds none for %j', (name) => {
    expect(findUser(name)).toBeUndefined()
  })
})

describe('findGroup()', () => {
  it('finds by name and by number', () => {
    expect(findGroup('daemon')).toMatchObject({ name: 'daemon', id: expect.any(Number) })
    expect(findGroup('3999999999')).toEqual({ name: '3999999999', id: 3999999999 })
  })

  it.each(['no such group', '4294967295'])('finds none for %j', (name) => {
    expect(findGroup(name)).toBeUndefined()
  })
})
