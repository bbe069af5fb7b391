import { SYNC } from '../contract/support/classes.ts'
import { corpusRules } from './support/workers.ts'

corpusRules(SYNC, 'node')
