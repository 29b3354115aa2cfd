/**
 * When something ends: amber in its last days, red when it has.
 */
import { Text } from '@mantine/core'
import { Ago } from './Ago.tsx'
import { useNow } from './now.ts'

const SOON_MS = 30 * 24 * 60 * 60 * 1000

export function EndsAt({ at }: { at: number }): React.ReactNode {
  const away = at - useNow()
  const colour =
    away < 0 ? 'var(--mantine-color-error)' : away < SOON_MS ? 'var(--passerelle-soon)' : undefined
  return (
    <Text span inherit {...(colour === undefined ? {} : { c: colour })}>
      <Ago at={at} />
    </Text>
  )
}
