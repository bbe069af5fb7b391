import { chunks, lastChunk, post, postChunked } from '../../support/raw-request.ts'
import { attempt } from './observe.ts'
import type { Call, Scenario } from './scenario.ts'

/** What many scenarios are made of. */

/** A POST of three bytes. */
export const abc = (target: string): Buffer => post(target, 'abc')

/** A POST of six bytes in two chunks. */
export const chunked = (target: string): string => postChunked(target) + chunks('abc', 'def') + lastChunk()

/** A value that Node's types do not let through. */
export function any(value: unknown): never {
  return value as never
}

/** Does something with a call and answers with `content`. */
export function ends(act: (call: Call) => unknown, content = 'ok'): Scenario {
  return {
    app: (call) => {
      act(call)
      call.response.end(content)
    }
  }
}

/** Records what each action gives, or what it throws, and answers. */
export function tries(...actions: ((call: Call) => unknown)[]): Scenario {
  return ends((call) => {
    for (const [index, action] of actions.entries()) {
      const result = attempt(() => action(call))
      call.log(`${index}`, result === call.response ? 'the response' : result)
    }
  })
}
