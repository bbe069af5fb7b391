/** A node-style app on Node's own server: `node serve-node-http.js APP PORT [KEEP_ALIVE_SECONDS]`. */
import { createServer, Server } from 'node:http'

const [name, port, keepAlive] = process.argv.slice(2)
const { default: app } = await import(`./${name}`)
const address = { port: Number(port), host: '127.0.0.1' }

// Express, Fastify and Koa make their own server when they are told to listen; users run them so.
const listening = await (app.listen?.(address) ?? createServer(app).listen(address))
const server = listening instanceof Server ? listening : app.server
if (keepAlive !== undefined) server.keepAliveTimeout = Number(keepAlive) * 1000
