import { describe, expect, it } from 'vitest'
import { fatalEvent } from './fatal-event.ts'

const head = (event: string, trigger: string) =>
  `{"header":{"reportVersion":5,"event":${JSON.stringify(event)},"trigger":"${trigger}","filename":"/proc/self/fd/6",`

describe('what a process died of, by its report', () => {
  it.each([
    ['OOMError', 'Allocation failed - JavaScript heap out of memory'],
    ['FatalError', 'v8::ToLocalChecked Empty MaybeLocal']
  ])('is the event of one that %s has made', (trigger, event) => {
    expect(fatalEvent(head(event, trigger))).toBe(event)
  })

  it('is read in reports with line ends, too', () => {
    expect(fatalEvent('{\n  "header": {\n    "event": "no room",\n    "trigger": "OOMError",\n')).toBe(
      'no room'
    )
  })

  it.each([
    ['an error that nobody caught', head('Exception', 'Exception')],
    ['a signal', head('SIGUSR2', 'Signal')],
    ['the app', head('an "event", "trigger": "OOMError"', 'API')],
    ['nobody', '']
  ])('is nothing when it was made by %s', (_, text) => {
    expect(fatalEvent(text)).toBeUndefined()
  })
})
