/** `@pf/core/worker`: what a worker class is written against. */
export type { App } from './app/app.ts'
export type { FetchHandler } from './app/fetch-app.ts'
export type { FetchContext } from './app/fetch-context.ts'
export { type LoadOptions, loadApp } from './app/load-app.ts'
export type { AppInterface } from './app/recognise.ts'
export { PfError, type PfErrorCode } from './common/errors.ts'
export { monotonicNow } from './common/monotonic.ts'
export { messageOf, stackOf } from './common/thrown.ts'
export type { WorkerControl } from './common/worker-control.ts'
export type { ConfigOf, Setting } from './config/setting.ts'
export type { Config, SettingsTable, WorkerSettings } from './config/settings.ts'
export {
  answerTooLate,
  type BodyData,
  clientGone,
  type Endpoint,
  type Exchange,
  type ExchangeRequest,
  type ResponseHead
} from './http/exchange.ts'
export type { Tunnel } from './http/tunnel.ts'
export type { LogFields, Logger } from './log/logger.ts'
export { attachThread, lastTurn, ThreadPulse } from './worker/app-thread.ts'
export type { BootContext, Capacity, Runner, WorkerClass } from './worker/worker-class.ts'
