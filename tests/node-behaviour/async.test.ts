import { ASYNC } from '../contract/support/classes.ts'
import { sideBySide } from './support/side-by-side.ts'

sideBySide(ASYNC)
