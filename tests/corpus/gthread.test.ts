import { GTHREAD } from '../contract/support/classes.ts'
import { corpusRules } from './support/workers.ts'

corpusRules(GTHREAD, 'node')
