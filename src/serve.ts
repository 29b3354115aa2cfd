/**
 * The server process from start to stop: `npm start` and `passerelle serve`.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { startApp } from './app.ts'
import { readConfig } from './config.ts'
import { openGround, systemWorld } from './ground.ts'

const PAGES = join(import.meta.dirname, '..', 'dist', 'web')

/** @returns the exit code */
export async function serve(): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(0))
  try {
    const config = readConfig()
    const world = systemWorld(config)
    const { log } = world
    // One request that fails in a way nobody foresaw ends alone. Where it is unknown what stands,
    // the process ends in order, and whoever supervises it starts it again.
    process.on('unhandledRejection', (cause) => log.error('process.unhandled_rejection', { cause }))
    process.once('uncaughtException', (cause) => {
      log.error('process.uncaught_exception', { cause })
      stop.abort(1)
    })
    await using ground = await openGround(config, world, { migrates: true })
    await using app = await startApp(ground, PAGES)
    const { keyFile, migrations } = ground.made
    if (keyFile !== null)
      console.error(`The master key is in ${keyFile}. Keep a copy apart from the backups.`)
    log.info('server.started', { address: app.address, url: config.origin, migrations })
    console.error(`Passerelle serves ${config.origin}`)
    if (app.setUpLink) console.error(`Set up the first administrator: ${app.setUpLink.reveal()}`)
    if (!stop.signal.aborted) await once(stop.signal, 'abort')
    log.info('server.stopping')
    return stop.signal.reason as number
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown)
    if (thrown instanceof Error && thrown.cause !== undefined) console.error(thrown.cause)
    return 1
  }
}
