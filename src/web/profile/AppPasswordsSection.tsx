/**
 * The own application passwords: those that ended and are still sent, the table, and Create.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { Application, AppPassword, Profile } from '../api/types.ts'
import { AppPasswordsTable } from '../app-passwords/AppPasswordsTable.tsx'
import { CreateWindow } from '../app-passwords/CreateWindow.tsx'
import { FrozenNote } from '../app-passwords/FrozenNote.tsx'
import { RefusedText } from '../app-passwords/RefusedText.tsx'
import { StaleUses } from '../app-passwords/StaleUses.tsx'
import { Ago } from '../parts/Ago.tsx'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { isolated } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { clientName } from '../words/applications.ts'
import { RenameAppPassword } from './RenameAppPassword.tsx'
import { Name } from '../parts/Name.tsx'

export function AppPasswordsSection({ me }: { me: Profile }): React.ReactNode {
  const { t } = useLingui()
  const passwords = useQuery(reading('GET /me/app-passwords'))
  const stale = useQuery(reading('GET /me/stale-uses')).data ?? []
  const dismiss = useAction('DELETE /me/stale-uses/:id')
  const [creating, setCreating] = useState<Application | 'any' | null>(null)
  const refused = me.appPasswordsRefused
  return (
    <Section
      title={t`Application passwords`}
      about={
        <Trans>
          One for each application that asks for a user name and a password, such as a mail program
          or a network drive.
        </Trans>
      }
      actions={
        <Button onClick={() => setCreating('any')} disabled={refused !== null}>
          <Trans>Create</Trans>
        </Button>
      }
    >
      {refused && (
        <Alert color="yellow">
          <RefusedText refused={refused} most={me.policy.appPasswordsMost} />
        </Alert>
      )}
      <FrozenNote rows={passwords.data ?? []} />
      <StaleUses
        uses={stale}
        {...(refused === null && { onReplace: setCreating })}
        onDismiss={(id) => dismiss.mutate({ params: { id } })}
      />
      <Loaded query={passwords}>
        {(rows) => (
          <AppPasswordsTable
            name="passwords"
            label={t`Application passwords`}
            rows={rows}
            renderActions={(row) => <Actions row={row} />}
            empty={
              <Trans>
                You have none yet. Press "Create" to connect your first application: a mail program,
                a network drive, a phone.
              </Trans>
            }
          />
        )}
      </Loaded>
      <CreateWindow
        key={creating}
        opened={creating !== null}
        onClose={() => setCreating(null)}
        me={me}
        {...(creating !== null && creating !== 'any' && { application: creating })}
      />
    </Section>
  )
}

function Actions({ row }: { row: AppPassword }): React.ReactNode {
  const { t, i18n } = useLingui()
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {row.state === 'valid' && <RenameAppPassword row={row} />}
      <Dangerous
        label={<Trans>Delete</Trans>}
        name={`${t`Delete`}: ${isolated(row.name)}`}
        title={t`Delete an application password`}
        deed={t`Delete it`}
        run={() => call('DELETE /me/app-passwords/:id', { params: { id: row.id } })}
      >
        <Text size="sm">
          <Trans>
            <Name of={row.name} /> stops working at once, and its open connections end.
          </Trans>{' '}
          {row.lastUse ? (
            <Trans>
              It was last used by <Name of={clientName(row.lastUse, i18n)} /> at{' '}
              <Name of={row.lastUse.ip} />, <Ago at={row.lastUse.at} />.
            </Trans>
          ) : (
            <Trans>It was never used.</Trans>
          )}
        </Text>
      </Dangerous>
    </Group>
  )
}
