/** A fetch-style app on @hono/node-server: `node serve-hono-node-server.js APP PORT [KEEP_ALIVE_SECONDS]`. */
import { serve } from '@hono/node-server'

const [name, port, keepAlive] = process.argv.slice(2)
const { default: app } = await import(`./${name}`)

const server = serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' })
if (keepAlive !== undefined) server.keepAliveTimeout = Number(keepAlive) * 1000
