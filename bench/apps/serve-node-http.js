/** The app on Node's own server, for comparison: `node serve-node-http.js PORT`. */
import { createServer } from 'node:http'
import app from './node.js'

createServer(app).listen(Number(process.argv[2]), '127.0.0.1')
