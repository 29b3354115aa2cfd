/**
 * Until when an application password works: amber in its last 14 days, red when it has ended.
 */
import { useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import type { AppPassword } from '../api/types.ts'
import { day, exact, relative } from '../parts/moments.ts'
import { useNow } from '../parts/now.ts'
import { APP_PASSWORD_STATES } from '../words/applications.ts'
import classes from './ValidUntil.module.css'

const SOON_MS = 14 * 24 * 60 * 60 * 1000

export function ValidUntil({ at, state }: { at: number; state: AppPassword['state'] }) {
  const { i18n } = useLingui()
  const now = useNow()
  const ended = state !== 'valid'
  const soon = !ended && at - now < SOON_MS
  return (
    <div className={ended ? classes.ended : soon ? classes.soon : undefined}>
      <time dateTime={new Date(at).toISOString()} title={exact(at, i18n.locale)}>
        {day(at, i18n.locale)}
      </time>
      <Text size="xs" c={ended || soon ? 'inherit' : 'dimmed'}>
        {ended ? i18n._(APP_PASSWORD_STATES[state]) : relative(at, now, i18n.locale)}
      </Text>
    </div>
  )
}
