/**
 * A user's application passwords, with connection method and expiry: delete one, or all.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { AppPassword, User } from '../api/types.ts'
import { AppPasswordsTable } from '../app-passwords/AppPasswordsTable.tsx'
import { StaleUses } from '../app-passwords/StaleUses.tsx'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { isolated } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { Name } from '../parts/Name.tsx'

export function UserAppPasswords({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: user.id }
  const passwords = useQuery(reading('GET /users/:id/app-passwords', { params }))
  const stale = useQuery(reading('GET /users/:id/stale-uses', { params })).data ?? []
  const count = passwords.data?.length ?? 0
  return (
    <Section
      title={t`Application passwords`}
      about={<Trans>Only the person can create one: nobody else ever sees it.</Trans>}
      actions={
        count > 0 && (
          <Dangerous
            label={<Trans>Delete all</Trans>}
            title={t`Delete all application passwords`}
            deed={t`Delete all`}
            run={() => call('DELETE /users/:id/app-passwords', { params })}
          >
            <Text size="sm">
              <Plural
                value={count}
                one="# application password ends. The application that uses it stops working at once."
                other="# application passwords end. Every application that uses one stops working at once."
              />
            </Text>
          </Dangerous>
        )
      }
    >
      <StaleUses uses={stale} />
      <Loaded query={passwords}>
        {(rows) => (
          <AppPasswordsTable
            name="passwords"
            label={t`Application passwords`}
            rows={rows}
            renderActions={(row) => <Delete user={user} row={row} />}
            empty={<Trans>There are none. The person creates them in the profile.</Trans>}
          />
        )}
      </Loaded>
    </Section>
  )
}

function Delete({ user, row }: { user: User; row: AppPassword }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Delete</Trans>}
      name={`${t`Delete`}: ${isolated(row.name)}`}
      title={t`Delete an application password`}
      deed={t`Delete it`}
      run={() =>
        call('DELETE /users/:id/app-passwords/:appPasswordId', {
          params: { id: user.id, appPasswordId: row.id },
        })
      }
    >
      <Text size="sm">
        <Trans>
          <Name of={row.name} /> stops working at once, and its open connections end.
        </Trans>
      </Text>
    </Dangerous>
  )
}
