import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import type { MailAnswer } from './mail-server.ts'
import { withToken } from './with-token.ts'

const DONE = { ok: true, done: true } as const
const no = (stage: 'sign_in' | 'mailbox' | 'network') => ({ ok: false, stage, said: 'no' }) as const

/** Tokens t0, t1, … : one more with every refresh. */
function tokens(outcome = 'refreshed') {
  let refreshed = 0
  return {
    refreshes: () => refreshed,
    accessToken: async () => ({ token: new Secret(`t${refreshed}`) }),
    refreshNow: async () => {
      if (outcome === 'refreshed') refreshed++
      return { kind: outcome }
    },
  }
}

async function tried(
  on: ReturnType<typeof tokens>,
  answers: MailAnswer<{ done: boolean }>[],
): Promise<{ last: MailAnswer<{ done: boolean }>; with: string[] }> {
  const shown: string[] = []
  const last = await withToken(on, 'id', async (token) => {
    shown.push(token.reveal())
    return answers[shown.length - 1] ?? no('sign_in')
  })
  return { last, with: shown }
}

describe('a token at a mail server', () => {
  it('is used as it is', async () => {
    const on = tokens()
    assert.deepEqual(await tried(on, [DONE]), { last: DONE, with: ['t0'] })
    assert.equal(on.refreshes(), 0)
  })

  it('that is refused is refreshed once, and tried once more', async () => {
    const on = tokens()
    assert.deepEqual(await tried(on, [no('sign_in'), DONE]), { last: DONE, with: ['t0', 't1'] })
  })

  it('that is refused fresh is not refreshed a second time', async () => {
    const on = tokens()
    assert.deepEqual((await tried(on, [])).with, ['t0', 't1'])
    assert.equal(on.refreshes(), 1)
  })

  it('is not refreshed for what no token mends', async () => {
    for (const stage of ['mailbox', 'network'] as const) {
      const on = tokens()
      assert.deepEqual(await tried(on, [no(stage)]), { last: no(stage), with: ['t0'] })
      assert.equal(on.refreshes(), 0)
    }
  })

  it('is not tried again when the provider gives no other', async () => {
    assert.deepEqual((await tried(tokens('passing'), [])).with, ['t0'])
  })
})
