import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Group, User } from './accounts.ts'
import { become, identityOf, type Self } from './identity.ts'

const ROOT: Self = { uid: 0, gid: 0 }
const ALICE: Self = { uid: 1000, gid: 1000 }

const www: User = { name: 'www', id: 33, group: 34 }
const alice: User = { name: 'alice', id: 1000, group: 1000 }
const number: User = { name: '4242', id: 4242, group: undefined }
const staff: Group = { name: 'staff', id: 50 }

interface Wishes {
  readonly user?: User
  readonly group?: Group
  readonly initgroups?: boolean
}

function of({ user, group, initgroups = false }: Wishes, self = ROOT) {
  return identityOf({ user, group, initgroups }, self)
}

describe('identityOf()', () => {
  it('is nothing when nothing is asked for', () => {
    expect(of({})).toBeUndefined()
    expect(of({}, ALICE)).toBeUndefined()
  })

  it.each<[string, Wishes, object]>([
    ['a user has the own group', { user: www }, { uid: 33, gid: 34, groupsOf: undefined }],
    ['a user has the group given', { user: www, group: staff }, { uid: 33, gid: 50 }],
    ['a group alone leaves the user', { group: staff }, { uid: 0, gid: 50 }],
    ['a mere number has the group given', { user: number, group: staff }, { uid: 4242, gid: 50 }],
    ['initgroups names the user', { user: www, initgroups: true }, { uid: 33, gid: 34, groupsOf: 'www' }]
  ])('for root: %s', (_, wishes, identity) => {
    expect(of(wishes)).toMatchObject(identity)
  })

  it('is what a process that is not root is already', () => {
    expect(of({ user: alice }, ALICE)).toMatchObject({ uid: 1000, gid: 1000 })
  })

  it.each<[string, Wishes, Self, string]>([
    [
      'another user',
      { user: www },
      ALICE,
      'only root can run workers as user www and group 34; start pf as root'
    ],
    ['another group', { group: staff }, ALICE, 'only root can run workers as user 1000 and group staff'],
    [
      'a number without group',
      { user: number },
      ROOT,
      'user: 4242 is no user that this machine knows the groups of; set group too'
    ],
    ['groups of a number', { user: number, group: staff, initgroups: true }, ROOT, 'initgroups needs one'],
    ['groups of nobody', { initgroups: true }, ROOT, 'initgroups: whose groups? Set user too']
  ])('refuses %s', (_, wishes, self, message) => {
    expect(() => of(wishes, self)).toThrow(expect.objectContaining({ code: 'PF_CONFIG' }))
    expect(() => of(wishes, self)).toThrow(message)
  })
})

describe('become()', () => {
  it('says in one sentence that this root may not', () => {
    vi.spyOn(process, 'geteuid').mockReturnValue(0)
    vi.spyOn(process, 'setgroups').mockImplementation(() => {
      throw Object.assign(new Error('EPERM, Operation not permitted'), { code: 'EPERM' })
    })
    onTestFinished(() => void vi.restoreAllMocks())
    expect(() => become({ uid: 33, gid: 34, groupsOf: undefined })).toThrow(
      expect.objectContaining({
        code: 'PF_BOOT',
        message: expect.stringMatching(
          /^cannot become user 33 and group 34 \(EPERM\): .* start pf as that user/
        )
      })
    )
  })
})
