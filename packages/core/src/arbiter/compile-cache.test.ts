import { describe, expect, it, onTestFinished } from 'vitest'
import { openDescriptors } from '../common/descriptors.ts'
import { CompileCache } from './compile-cache.ts'

const DESCRIPTORS = openDescriptors()
const SELF = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, groupsOf: undefined }
const OTHER = { ...SELF, uid: SELF.uid + 1 }

function make(owner: typeof SELF | undefined): CompileCache {
  const cache = CompileCache.make(owner, DESCRIPTORS)
  onTestFinished(() => cache.remove())
  return cache
}

describe('a folder of compiled modules', () => {
  it.each([undefined, SELF])(
    'is for those who run as its owner, who is pf where nobody was named (%j)',
    (owner) => {
      const cache = make(owner)
      expect([undefined, SELF, OTHER].map((user) => cache.isFor(user))).toEqual([true, true, false])
    }
  )
})

describe.runIf(process.geteuid?.() === 0)('a folder of compiled modules that root makes', () => {
  it('is for the user it was made for alone', () => {
    const cache = make(OTHER)
    expect([undefined, SELF, OTHER].map((user) => cache.isFor(user))).toEqual([false, false, true])
  })
})
