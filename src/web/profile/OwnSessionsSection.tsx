/**
 * The own browser sessions: this one is marked; end one, or all others.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { BrowserSession } from '../api/types.ts'
import { browserName } from '../parts/browser-name.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Section } from '../parts/Section.tsx'
import { SessionsTable } from '../parts/SessionsTable.tsx'
import { Name } from '../parts/Name.tsx'

export function OwnSessionsSection(): React.ReactNode {
  const { t } = useLingui()
  const sessions = useQuery(reading('GET /me/sessions'))
  const others = sessions.data?.filter(({ current }) => !current).length ?? 0
  return (
    <Section
      title={t`Browser sessions`}
      about={<Trans>Where you are signed in on these pages. Applications are listed below.</Trans>}
      actions={
        others > 0 && (
          <Dangerous
            label={<Trans>End all others</Trans>}
            title={t`End all other sessions`}
            deed={t`End all others`}
            run={() => call('DELETE /me/sessions')}
          >
            <Text size="sm">
              <Trans>
                Every other browser has to sign in again. Your application passwords go on working.
              </Trans>
            </Text>
          </Dangerous>
        )
      }
    >
      <Loaded query={sessions}>
        {(rows) => (
          <SessionsTable
            rows={rows}
            renderActions={(row) => (row.current ? null : <End row={row} />)}
            empty={<Trans>No browser is signed in.</Trans>}
          />
        )}
      </Loaded>
    </Section>
  )
}

function End({ row }: { row: BrowserSession }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>End</Trans>}
      name={`${t`End`}: ${browserName(row.client)}, ${row.ip}`}
      title={t`End a browser session`}
      deed={t`End it`}
      run={() => call('DELETE /me/sessions/:id', { params: { id: row.id } })}
    >
      <Text size="sm">
        <Trans>
          <Name of={browserName(row.client)} /> at <Name of={row.ip} /> has to sign in again.
        </Trans>
      </Text>
    </Dangerous>
  )
}
