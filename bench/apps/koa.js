import Koa from 'koa'

const app = new Koa()
app.use((context) => {
  context.body = 'Hello, world!\n'
})

export default app
