import { head } from '../../support/raw-request.ts'
import { attempt, called } from '../support/observe.ts'
import type { Call, Scenario, Scenarios } from '../support/scenario.ts'
import { any } from '../support/shapes.ts'

const interim = (send: (call: Call) => unknown, request?: Scenario['request']): Scenario => ({
  ...(request && { request }),
  app: (call) => {
    call.log(
      'gives',
      attempt(() => send(call))
    )
    call.response.end('ok')
  }
})

/** Interim responses (1xx). */
export const INTERIM: Scenarios = {
  'interim: writeContinue': interim(({ response }) => response.writeContinue()),
  'interim: writeProcessing': interim(({ response }) => response.writeProcessing()),
  'interim: writeEarlyHints with a text': interim(({ response }) =>
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
  ),
  'interim: writeEarlyHints with more': interim((call) =>
    call.response.writeEarlyHints(
      { link: ['</a.css>; rel=preload', '</b.js>; rel=preload'], 'x-trace': 'id' },
      called(call, 'hints')
    )
  ),
  'interim: writeEarlyHints without links': interim(({ response }) =>
    response.writeEarlyHints(any({ link: [] }))
  ),
  'interim: writeEarlyHints with what is no link': interim(({ response }) =>
    response.writeEarlyHints(any({ link: 'bad' }))
  ),
  'interim: writeEarlyHints with no object': interim(({ response }) => response.writeEarlyHints(any('bad'))),
  'interim: writeInformation': interim((call) => {
    const { response } = call as {
      response: { writeInformation?: (status: number, fields: object) => unknown }
    }
    return response.writeInformation?.(102, { 'X-Progress': '1' })
  }),
  'interim: after the head': {
    // Before, they went out in the middle of the content.
    since: 24,
    app: ({ response, log }) => {
      response.write('a')
      log(
        'continue',
        attempt(() => response.writeContinue())
      )
      log(
        'processing',
        attempt(() => response.writeProcessing())
      )
      log(
        'hints',
        attempt(() => response.writeEarlyHints({ link: '</a>; rel=preload' }))
      )
      response.end()
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'interim: several': interim(({ response }) => {
    response.writeProcessing()
    response.writeEarlyHints({ link: '</a>; rel=preload' })
  }),
  'interim: to HTTP/1.0': interim(
    ({ response }) => response.writeEarlyHints({ link: '</a>; rel=preload' }),
    (target) => head(`GET ${target} HTTP/1.0`)
  )
}
