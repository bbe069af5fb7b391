import { describe, expect, it } from 'vitest'
import { IdleLooks } from './idle-looks.ts'

const connection = (served: number) => ({ idle: true, served })

describe('the connections that a drain may close', () => {
  it('are those found idle at three looks', () => {
    const looks = new IdleLooks()
    const one = connection(1)
    expect([1, 2, 3].map(() => looks.due([one]))).toEqual([[], [], [one]])
  })

  it('are found at five looks if they never sent a request', () => {
    const looks = new IdleLooks()
    const silent = connection(0)
    expect([1, 2, 3, 4, 5].map(() => looks.due([silent]).length)).toEqual([0, 0, 0, 0, 1])
  })

  it('are found at so many more looks as there is patience', () => {
    const looks = new IdleLooks()
    looks.patience = 2
    const one = connection(1)
    expect([1, 2, 3, 4, 5, 6].map(() => looks.due([one]).length)).toEqual([0, 0, 0, 0, 0, 1])
  })

  it('are not those that were in use in between', () => {
    const looks = new IdleLooks()
    const one = connection(1)
    looks.due([one])
    looks.due([one])
    expect(looks.due([Object.assign(one, { idle: false })])).toEqual([])
    expect(looks.due([Object.assign(one, { idle: true })])).toEqual([])
  })

  it('count from the first look at each', () => {
    const looks = new IdleLooks()
    const [early, late] = [connection(1), connection(2)]
    looks.due([early])
    looks.due([early, late])
    expect(looks.due([early, late])).toEqual([early])
  })
})
