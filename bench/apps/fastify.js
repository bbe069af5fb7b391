import fastify from 'fastify'

const app = fastify()
app.get('/', async () => 'Hello, world!\n')

export default app
