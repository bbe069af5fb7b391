import app from './node.js'
import { SETTLE_PATH, settle } from './settle.js'

export default function memory(request, response) {
  if (request.url === SETTLE_PATH) settle()
  app(request, response)
}
