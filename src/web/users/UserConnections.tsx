/**
 * What is connected with a user's application passwords now, and closing one.
 */
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { CONNECTIONS_EVERY_MS, ConnectionsTable } from '../parts/ConnectionsTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Section } from '../parts/Section.tsx'

export function UserConnections({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: user.id }
  const connections = useQuery({
    ...reading('GET /users/:id/connections', { params }),
    refetchInterval: CONNECTIONS_EVERY_MS,
  })
  return (
    <Section title={t`Live connections`}>
      <Loaded query={connections}>
        {(rows) => (
          <ConnectionsTable
            rows={rows}
            close={({ id: connectionId }) =>
              call('DELETE /users/:id/connections/:connectionId', {
                params: { ...params, connectionId },
              })
            }
          />
        )}
      </Loaded>
    </Section>
  )
}
