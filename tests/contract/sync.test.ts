import { SYNC } from './support/classes.ts'
import { contract } from './support/contract.ts'

contract(SYNC)
