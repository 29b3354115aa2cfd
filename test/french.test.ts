/**
 * French words are set one way, wherever they stand: in the pages, in mails, at the error doctor's.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CAUSE_WORDS } from '#domain/cause-words.ts'
import { NOTICES, type NoticeKind } from '#domain/notice.ts'
import { linkMail, noticeMail, renewalMail, testMessage, type Mail } from '#mail/words.ts'

const CATALOG = join(import.meta.dirname, '../src/web/locales/fr.po')
const URL = 'https://files.example.org/profile'

/** What is not as it should be, with what to write instead. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/[^\u00a0][»]/u, 'a no-break space (U+00A0) before »'],
  [/«[^\u00a0]/u, 'a no-break space (U+00A0) behind «'],
  [/[^\S\u00a0][:;!?]/u, 'a no-break space (U+00A0) before : ; ! ?'],
  [/[\p{L}\p{N})}>»][:;!?](?=\s|$)/u, 'a no-break space (U+00A0) before : ; ! ?'],
  [/’/u, "the apostrophe '"],
]

function assertWellSet(texts: readonly string[]): void {
  const faults = texts.flatMap((text) =>
    FAULTS.filter(([fault]) => fault.test(text)).map(([, instead]) => `Write ${instead}: ${text}`),
  )
  assert.deepEqual(faults, [])
}

const lines = ({ subject, text }: Mail): string[] => [subject, ...text.split('\n')]

describe('French', () => {
  it('on the pages (src/web/locales/fr.po)', () => {
    const entries = readFileSync(CATALOG, 'utf8').matchAll(/^msgstr ((?:".*"\n?)+)/gm)
    const texts = [...entries].map(([, strings = '']) =>
      strings
        .trim()
        .split('\n')
        .map((one) => JSON.parse(one) as string)
        .join(''),
    )
    const [, ...words] = texts // the first is the head of the catalog
    assert.ok(words.length > 500)
    assertWellSet(words)
  })

  it("at the error doctor's (src/domain/cause-words-fr.ts)", () => {
    assertWellSet(Object.values(CAUSE_WORDS.fr).flatMap(({ what, todo }) => [what, todo]))
  })

  it('in mails (src/mail/words.ts, src/mail/account-words.ts)', () => {
    const kinds = Object.keys(NOTICES) as NoticeKind[]
    const link = { url: URL, expiresAt: 0, endsAt: 0 }
    assertWellSet(
      [
        ...kinds.map((kind) => noticeMail(kind, { name: 'x', identifier: 'x' }, 'fr', URL)),
        ...(['asked', 'over', 'ends'] as const).map((why) =>
          renewalMail(why, 'fr', 'a@b.example', link),
        ),
        linkMail('invitation', 'fr', 'x', URL, 0),
        linkMail('password_reset', 'fr', 'x', URL, 0),
        testMessage('fr', 'a@b.example'),
      ].flatMap(lines),
    )
  })
})
