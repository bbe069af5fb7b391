import { GTHREAD } from '../contract/support/classes.ts'
import { sideBySide } from './support/side-by-side.ts'

// One thread, so that what happens in it has one order.
sideBySide({ ...GTHREAD, args: ['-k', 'gthread', '--threads', '1'] })
