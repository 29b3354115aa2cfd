/**
 * A part of the bench in a process of its own, asked over IPC. What it costs is nobody's figure.
 */
import { fork } from 'node:child_process'
import path from 'node:path'

/** An error of a child, as text. */
type Answer = { readonly ok: unknown } | { readonly error: string }

/** Asked one thing at a time. */
export class Child<Ask> implements Disposable {
  readonly #child
  #answer: (answer: Answer) => void = () => {}

  constructor(file: string) {
    this.#child = fork(path.join(import.meta.dirname, file))
    this.#child.on('message', (answer) => this.#answer(answer as Answer))
    this.#child.on('exit', () => this.#answer({ error: `${file} has ended.` }))
  }

  async ask<T>(what: Ask): Promise<T> {
    const answered = new Promise<Answer>((resolve) => (this.#answer = resolve))
    this.#child.send(what as object)
    const said = await answered
    if ('error' in said) throw new Error(said.error)
    return said.ok as T
  }

  [Symbol.dispose](): void {
    this.#child.kill()
  }
}

/** In the child: answers what it is asked. */
export function answering(answer: (asked: never) => Promise<unknown>): void {
  process.on('message', (asked) => {
    answer(asked as never).then(
      (ok) => process.send?.({ ok: ok ?? null }),
      (thrown: unknown) => process.send?.({ error: String(thrown) }),
    )
  })
  process.once('disconnect', () => process.exit())
}
