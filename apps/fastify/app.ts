import fastify from 'fastify'

const app = fastify()

app.get('/', async () => `Hello from Fastify on pf, worker ${process.pid}\n`)

app.post('/echo', async (request) => request.body)

export default app
