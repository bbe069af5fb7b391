import { Hono } from 'hono'

const app = new Hono()

app.get('/', (context) => context.text(`Hello from Hono on pf, worker ${process.pid}\n`))

app.post('/echo', async (context) => context.json(await context.req.json()))

export default app
