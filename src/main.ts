/**
 * Starts everything, waits for a signal, and stops everything in reverse order.
 */
import { serve } from './serve.ts'

process.exitCode = await serve()
