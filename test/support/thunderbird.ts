/**
 * Thunderbird without a screen, driven over Marionette, the protocol of Mozilla's own tests: messages
 * of JSON behind their length. Scripts run with Thunderbird's own rights, beside its windows.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

/** Not the script in the path: that one does not end when it is told to. */
const PROGRAM = '/usr/lib/thunderbird/thunderbird'

const PREFERENCES = {
  'app.update.auto': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.rights.version': 1,
  // It looks for mail when it is told to.
  'mail.server.default.check_new_mail': false,
  'mail.server.default.login_at_startup': false,
  'mail.server.default.autosync_offline_stores': false,
  'mail.shell.checkDefaultClient': false,
  'mailnews.message_warning_size': 2 ** 30, // asks before it sends more
  'mailnews.start_page.enabled': false,
  'marionette.port': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}
const LONGEST_MS = 120_000

export class Thunderbird implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>
  readonly #socket: Socket
  readonly #waiting = new Map<number, (answer: [unknown, unknown]) => void>()
  #last = 0
  #rest: Buffer = Buffer.alloc(0)

  private constructor(child: ReturnType<typeof spawn>, socket: Socket) {
    this.#child = child
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  static async open(home: string): Promise<Thunderbird> {
    const profile = join(home, 'profile')
    mkdirSync(profile)
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
    )
    writeFileSync(join(profile, 'user.js'), lines.join(''))
    const typed = ['--headless', '--no-remote', '--marionette', '--remote-allow-system-access']
    const child = spawn(PROGRAM, [...typed, '--profile', profile], {
      env: { PATH: process.env['PATH'], HOME: home, LC_ALL: 'C.UTF-8' },
      stdio: 'ignore',
    })
    const portFile = join(profile, 'MarionetteActivePort')
    while (!existsSync(portFile) || readFileSync(portFile, 'utf8') === '') {
      if (child.exitCode !== null) throw new Error('Thunderbird has ended.')
      await after(50)
    }
    const socket = connect(Number(readFileSync(portFile, 'utf8')), '127.0.0.1')
    await once(socket, 'connect')
    const thunderbird = new Thunderbird(child, socket)
    await thunderbird.#ask('WebDriver:NewSession', { capabilities: {} })
    await thunderbird.#ask('WebDriver:SetTimeouts', { script: LONGEST_MS })
    await thunderbird.#ask('Marionette:SetContext', { value: 'chrome' })
    return thunderbird
  }

  /** Runs the body of an async function; its arguments are `arguments`. @throws Error what it throws */
  async run<T>(body: string, ...args: unknown[]): Promise<T> {
    const script = `const given = arguments; return (async () => { ${body} })()`
    const answer = await this.#ask('WebDriver:ExecuteScript', { script, args, sandbox: null })
    return (answer as { value: T }).value
  }

  async #ask(command: string, parameters: object): Promise<unknown> {
    const id = ++this.#last
    const message = JSON.stringify([0, id, command, parameters])
    const answer = new Promise<[unknown, unknown]>((resolve) => this.#waiting.set(id, resolve))
    this.#socket.write(`${Buffer.byteLength(message)}:${message}`)
    const [error, value] = await answer
    if (error !== null) throw new Error(`Thunderbird: ${JSON.stringify(error)}`)
    return value
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (;;) {
      const colon = this.#rest.indexOf(':')
      const end = colon + 1 + Number(this.#rest.toString('latin1', 0, colon))
      if (colon === -1 || this.#rest.length < end) return
      const said: unknown = JSON.parse(this.#rest.toString('utf8', colon + 1, end))
      this.#rest = this.#rest.subarray(end)
      if (!Array.isArray(said)) continue // its greeting
      const [, id, error, value] = said as [number, number, unknown, unknown]
      this.#waiting.get(id)?.([error, value])
      this.#waiting.delete(id)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}
