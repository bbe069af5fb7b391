import { GTHREAD } from './support/classes.ts'
import { contract } from './support/contract.ts'

contract(GTHREAD)
