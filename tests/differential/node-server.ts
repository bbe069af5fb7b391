import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import app from '../fixtures/differential/app.ts'

/** `node:http` as it is, strict, with the app that pf runs. */
export async function startNodeServer(): Promise<{ server: Server; port: number }> {
  const server = createServer({ insecureHTTPParser: false }, app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}
