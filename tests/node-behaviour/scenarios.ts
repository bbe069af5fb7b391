import { CLIENT_GONE } from './scenarios/client-gone.ts'
import { ENDINGS } from './scenarios/endings.ts'
import { FAILURES } from './scenarios/failures.ts'
import { INTERIM } from './scenarios/interim.ts'
import { REQUEST_BODY } from './scenarios/request-body.ts'
import { REQUEST_HEAD } from './scenarios/request-head.ts'
import { REQUEST_STREAMS } from './scenarios/request-streams.ts'
import { RESPONSE_BODY } from './scenarios/response-body.ts'
import { RESPONSE_CONNECTION } from './scenarios/response-connection.ts'
import { RESPONSE_HEAD } from './scenarios/response-head.ts'
import { RESPONSE_HEADERS } from './scenarios/response-headers.ts'
import { SOCKET } from './scenarios/socket.ts'
import { TRACING } from './scenarios/tracing.ts'
import type { Scenarios } from './support/scenario.ts'

export { SERVER_SCENARIOS } from './scenarios/server.ts'

/** For an app that is a `(req, res)` function. */
export const SCENARIOS: Scenarios = {
  ...REQUEST_HEAD,
  ...REQUEST_BODY,
  ...SOCKET,
  ...RESPONSE_HEAD,
  ...RESPONSE_CONNECTION,
  ...RESPONSE_BODY,
  ...ENDINGS,
  ...CLIENT_GONE,
  ...REQUEST_STREAMS,
  ...INTERIM,
  ...RESPONSE_HEADERS,
  ...FAILURES,
  ...TRACING
}
