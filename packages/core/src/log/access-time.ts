import { twoDigits, zone } from './logger.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The time in the form of the common log format: `20/Nov/2026:11:34:52 +0800`. */
export function timestampOfAccess(date: Date): string {
  const day = `${twoDigits(date.getDate())}/${MONTHS[date.getMonth()]}/${date.getFullYear()}`
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  return `${day}:${time} ${zone(date)}`
}
