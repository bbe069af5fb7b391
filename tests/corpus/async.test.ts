import { ASYNC } from '../contract/support/classes.ts'
import { corpusRules } from './support/workers.ts'

corpusRules(ASYNC, 'node')
corpusRules(ASYNC, 'fetch')
