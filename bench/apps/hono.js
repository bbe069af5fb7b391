import { Hono } from 'hono'

const app = new Hono()
app.get('/', (context) => context.text('Hello, world!\n'))

export default app
