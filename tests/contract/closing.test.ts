import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { ASYNC, GTHREAD, SYNC } from './support/classes.ts'

describe.each([SYNC, GTHREAD, ASYNC])(
  'an app that is told when its worker leaves, $name',
  ({ args, exchanges }) => {
    it('closes what it holds, in each thread that it runs in', async () => {
      const pf = await startPf([...args, 'contract/closing-app.ts'])
      expect(await (await fetch(pf.url)).text()).toBe('hello\n')
      expect(await pf.stop()).toEqual({ code: 0, signal: null })
      expect(pf.log.match(/^app: closed$/gm)).toHaveLength(exchanges ?? 1)
    })
  }
)
