/**
 * A user's browser sessions, and ending them all.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Section } from '../parts/Section.tsx'
import { SessionsTable } from '../parts/SessionsTable.tsx'
import { Name } from '../parts/Name.tsx'

export function UserSessions({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: user.id }
  const sessions = useQuery(reading('GET /users/:id/sessions', { params }))
  return (
    <Section
      title={t`Browser sessions`}
      actions={
        (sessions.data?.length ?? 0) > 0 && (
          <Dangerous
            label={<Trans>End all</Trans>}
            title={t`End all sessions`}
            deed={t`End all`}
            run={() => call('DELETE /users/:id/sessions', { params })}
          >
            <Text size="sm">
              <Trans>
                <Name of={user.name} /> has to sign in again everywhere. Application passwords go on
                working.
              </Trans>
            </Text>
          </Dangerous>
        )
      }
    >
      <Loaded query={sessions}>
        {(rows) => <SessionsTable rows={rows} empty={<Trans>No browser is signed in.</Trans>} />}
      </Loaded>
    </Section>
  )
}
