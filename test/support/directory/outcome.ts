/**
 * A scripted directory that is asked about one person, and what comes of it.
 */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Secret } from '#base/secret.ts'
import { LdapConfig } from '#domain/identity-provider.ts'
import { directoryFailure, type Directories } from '#identity/directory/directories.ts'
import { directoryRow, testDirectories, type Wanted } from './provider.ts'
import {
  BIND,
  bound,
  done,
  entry,
  extended,
  openScriptedDirectory,
  SEARCH,
  STARTTLS,
  type LdapScript,
  type ScriptedDirectory,
  type ScriptedOptions,
} from './scripted.ts'

export const PERSON = 'plum tractor of the directory'
/** Of a directory that says nothing, so that nobody waits for it for long. */
export const SHORT = { connectMs: 2000, answerMs: 1000 }

export const configOf = ({ port, ca }: ScriptedDirectory, more: Wanted = {}): LdapConfig =>
  LdapConfig.parse({
    flavour: 'other',
    provisioning: 'create',
    urls: [more.startTls ? `ldap://127.0.0.1:${port}` : `ldaps://127.0.0.1:${port}`],
    ca,
    bindDn: 'cn=searcher',
    baseDn: 'dc=example,dc=org',
    ...more,
  })

/** A directory as it should be, with one person. */
export const well: LdapScript = (socket, { tag, id }) => {
  const ada = { entryUUID: 'ada-for-ever', uid: 'ada', mail: 'ada@example.org' }
  if (tag === STARTTLS) socket.write(extended(id))
  if (tag === BIND) socket.write(bound(id))
  if (tag === SEARCH) socket.write(Buffer.concat([entry(id, 'uid=ada', ada), done(id)]))
}

/** `ok`, or why the directory could not be asked. `silent`: it will say nothing at some point. */
export async function outcome(
  script: LdapScript,
  {
    more = {},
    silent = false,
    ...options
  }: ScriptedOptions & { more?: Wanted; silent?: boolean } = {},
): Promise<string> {
  await using directory = await openScriptedDirectory(script, options)
  const asked = testDirectories(undefined, silent ? { limits: SHORT } : {})
  return await ask(asked, directory, more)
}

export async function ask(
  asked: Directories,
  directory: ScriptedDirectory,
  more: Wanted = {},
): Promise<string> {
  try {
    await using visit = await asked.visit(directoryRow(configOf(directory, more)), 'ada')
    const verdict = await visit.check(new Secret(PERSON))
    return verdict.ok ? 'ok' : verdict.why
  } catch (thrown) {
    return directoryFailure(thrown) ?? assert.fail(thrown as Error)
  }
}

export const answering =
  (what: number, bytes: Buffer | ((socket: Socket, id: number) => void)): LdapScript =>
  (socket, asked) => {
    if (asked.tag !== what) return well(socket, asked)
    if (typeof bytes === 'function') return bytes(socket, asked.id)
    socket.write(bytes)
  }
