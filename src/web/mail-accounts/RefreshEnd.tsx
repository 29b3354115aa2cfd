/**
 * When the refresh token ends, and how that is known: the provider said so, or its row models it.
 */
import { Plural, Trans } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import type { MailAccount } from '../api/types.ts'
import { EndsAt } from '../parts/EndsAt.tsx'

const DAY_MS = 24 * 60 * 60 * 1000

export function RefreshEnd({ account }: { account: MailAccount }): React.ReactNode {
  const { refreshTokenExpiresAt: at, refreshTokenExpiry: how, lastRefreshAt } = account
  if (at === null) return '—'
  const days = Math.round((at - (lastRefreshAt ?? account.initialisedAt ?? at)) / DAY_MS)
  return (
    <>
      <EndsAt at={at} />
      <Text size="xs" c="dimmed">
        {how === 'given' ? (
          <Trans>as the provider says</Trans>
        ) : (
          <Plural
            value={days}
            one="model: # day after the last use"
            other="model: # days after the last use"
          />
        )}
      </Text>
    </>
  )
}
