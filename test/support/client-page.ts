/**
 * What the pages of docs/clients tell people to write, with the names of a test in place of those of
 * the examples. So the tests of clients run what is documented.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Door, MailDoors } from './mail-gateways-story.ts'

const PAGES = join(import.meta.dirname, '..', '..', 'docs', 'clients')
const PORTS: Readonly<Record<Door, number>> = {
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  submission: 587,
  submissions: 465,
}

/** The block of code behind the paragraph that ends with this title in backticks and a colon. */
export function block(page: string, title: string, doors: MailDoors): string {
  const text = readFileSync(join(PAGES, `${page}.md`), 'utf8')
  const opening = new RegExp(`${RegExp.escape(`\`${title}\``)}[^\`\\n]*:\\n\\n\`\`\`\\w+\\n`)
  const begin = opening.exec(text)
  assert.ok(begin, `${page}.md has no block for ${title}.`)
  const lines = text.slice(begin.index + begin[0].length)
  return withNames(lines.slice(0, lines.indexOf('```')), doors)
}

/** The same, as a file below the home folder: `~/.mbsyncrc`; nobody else may read it. */
export function writeBlock(page: string, title: string, doors: MailDoors, home: string): void {
  const file = join(home, title.replace(/^~\//, ''))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, block(page, title, doors), { mode: 0o600 })
}

function withNames(lines: string, { host, ports, user, password, caFile }: MailDoors): string {
  let named = lines
    .replaceAll('mail.example.org', host)
    .replaceAll('ada@example.org', user)
    .replaceAll('ada%40example.org', encodeURIComponent(user))
    .replaceAll('APPLICATION-PASSWORD', password)
    .replaceAll('/etc/ssl/certs/ca-certificates.crt', caFile)
  for (const [door, port] of Object.entries(PORTS))
    named = named.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), `#${door}#`)
  return named.replaceAll(/#(\w+)#/g, (_, door: Door) => String(ports[door]))
}
