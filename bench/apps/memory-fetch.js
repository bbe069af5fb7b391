import app from './fetch.js'
import { SETTLE_PATH, settle } from './settle.js'

export default {
  fetch(request) {
    if (request.url.endsWith(SETTLE_PATH)) settle()
    return app.fetch(request)
  }
}
