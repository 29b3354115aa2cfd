/**
 * Which master key is the current one: the database says so, so that all nodes change at once. Until
 * a key was ever rotated it says nothing, and the last line of the key file counts.
 */
import type { Keyring } from './keyring.ts'

const NAME = 'current_key'

/** All that is needed of table `meta`. */
type Facts = {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
}

export const setCurrentKey = async (meta: Pick<Facts, 'set'>, id: string): Promise<void> =>
  await meta.set(NAME, id)

/**
 * Uses the key that the database names. A key that was added to the file meanwhile is read.
 * @throws Error that names the key when the file of this node lacks it; the one before stays
 */
export async function followCurrentKey(meta: Pick<Facts, 'get'>, keyring: Keyring): Promise<void> {
  const wanted = await meta.get(NAME)
  if (wanted !== null && wanted !== keyring.current) keyring.use(wanted)
}
