/**
 * What is connected with one's own application passwords now, and closing one.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import { CONNECTIONS_EVERY_MS, ConnectionsTable } from '../parts/ConnectionsTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Section } from '../parts/Section.tsx'

export function ConnectionsSection(): React.ReactNode {
  const { t } = useLingui()
  const connections = useQuery({
    ...reading('GET /me/connections'),
    refetchInterval: CONNECTIONS_EVERY_MS,
  })
  return (
    <Section
      title={t`Live connections`}
      about={<Trans>Applications that are connected with your application passwords now.</Trans>}
    >
      <Loaded query={connections}>
        {(rows) => (
          <ConnectionsTable
            rows={rows}
            close={({ id }) => call('DELETE /me/connections/:id', { params: { id } })}
          />
        )}
      </Loaded>
    </Section>
  )
}
