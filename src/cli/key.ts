/**
 * Command `key rotate`: another master key, while the server runs.
 */
import { open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isRotated, resealAll, useKey, type ColumnReport } from '#changes/key-rotation.ts'
import { newKeyLine, parseKeyFile } from '#vault/keyring.ts'
import { cannot, type Call, type Command } from './command.ts'
import { withHost, type Host } from './host.ts'
import { table } from './table.ts'

export const keyRotate: Command = {
  words: 'key rotate',
  takes: [],
  options: {
    'only-add': {
      about:
        'Adds the key to the file and stops, so that the file can be copied to other nodes first.',
    },
  },
  about:
    'Adds a master key to the key file, makes it the current one, and seals every secret anew with it, while the server runs. Cut short, it goes on where it was. The earlier key stays in the file.',
  run: async (call) => await withHost(async (host) => await rotate(call, host)),
}

async function rotate(call: Call, host: Host): Promise<number> {
  const { keyring, config } = host
  const { file } = config.masterKey
  const needs = { ...host, sealer: host.identity.sealer }
  let newest = newestOf(await readFile(file, 'utf8'))
  const begun = newest !== keyring.current || !(await isRotated(needs))
  if (!begun) newest = await addKey(host, file)
  if (call.flag('only-add')) {
    call.answer(
      `The key "${newest}" is in ${file}. Copy the file to every other node, then: passerelle key rotate`,
      { key: newest, file },
    )
    return 0
  }
  const earlier = keyring.ids.filter((id) => id !== newest)
  if (newest !== keyring.current) await useKey(needs, host.caller, newest)
  const columns = await resealAll(needs)
  const kept = await Promise.all(
    earlier.map(async (key) => ({
      key,
      ...(await host.store.tables.sealedValues.hashedUnder(key)),
    })),
  )
  const broken = columns.flatMap((one) => one.broken)
  call.answer(sentence(newest, columns, kept), { key: newest, columns, stillUsed: kept })
  if (broken.length === 0) return 0
  throw cannot(
    `These values open with no key, and were left as they are: ${broken.join(', ')}. Restore them from a backup, or set them anew.`,
  )
}

const newestOf = (text: string): string => parseKeyFile(text).ids.at(-1) ?? ''

/** The database names the current key before the file has another last line. */
async function addKey({ keyring, store, entropy }: Host, file: string): Promise<string> {
  const { meta } = store.tables
  await meta.addOnce('current_key', keyring.current)
  const text = await readFile(file, 'utf8')
  const numbers = keyring.ids.map((id) => Number(/^k(\d{1,6})$/.exec(id)?.[1] ?? 0))
  const id = `k${Math.max(...numbers) + 1}`
  await writeAnew(file, `${text.replace(/\n?$/, '\n')}${newKeyLine(id, entropy)}`)
  keyring.learn(await readFile(file, 'utf8'))
  return id
}

/** Beside it and renamed: at no moment is there half a key file. */
async function writeAnew(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}.new`
  try {
    const { mode } = await stat(file)
    const handle = await open(aside, 'wx', mode & 0o777)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(aside, file)
    const folder = await open(dirname(file))
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (cause) {
    throw cannot(`${file} cannot be written anew; nothing was changed.`, cause)
  }
}

function sentence(
  key: string,
  columns: readonly ColumnReport[],
  kept: readonly { key: string; appPasswords: number; auditRows: number }[],
): string {
  const rows = columns.map(({ column, proven, resealed, broken }) => [
    column,
    proven,
    resealed,
    broken.length,
  ])
  const still = kept.map(
    (one) =>
      `Key "${one.key}" has to stay in the file: ${one.appPasswords} application passwords and ${one.auditRows} audit rows are checked with it, and main passwords of people who have not signed in since.`,
  )
  return [
    `The current key is "${key}". Every value below was read back.`,
    table(['SEALED', 'UNDER IT', 'SEALED ANEW', 'BROKEN'], rows),
    ...still,
    'Keep a copy of the key file apart from the backups.',
  ].join('\n')
}
