import type { BodyData } from './exchange.ts'

/** The size of content in bytes, as it goes over the wire. */
export function byteLength(data: BodyData): number {
  return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength
}
