/**
 * Administration, one user: who it is, what it has, and what can be done about it.
 */
import { Trans } from '@lingui/react/macro'
import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { StateBadge } from './StateBadge.tsx'
import { PersonPolicy } from '../policy/PersonPolicy.tsx'
import { UserAppPasswords } from './UserAppPasswords.tsx'
import { UserAudit } from './UserAudit.tsx'
import { UserConnections } from './UserConnections.tsx'
import { UserDeeds } from './UserDeeds.tsx'
import { UserDevices } from './UserDevices.tsx'
import { UserFactors } from './UserFactors.tsx'
import { UserGroups } from './UserGroups.tsx'
import { UserIdentity } from './UserIdentity.tsx'
import { UserMailboxes } from './UserMailboxes.tsx'
import { UserSessions } from './UserSessions.tsx'
import { UserSource } from './UserSource.tsx'

export function UserPage(): React.ReactNode {
  const { userId } = useParams({ strict: false }) as { userId: string }
  const user = useQuery(reading('GET /users/:id', { params: { id: userId } }))
  return (
    <>
      <Anchor component={Link} to="/administration/users" size="sm">
        <Trans>Users</Trans>
      </Anchor>
      <Loaded query={user}>
        {(found) => (
          <Page title={found.displayName || found.name} actions={<StateBadge user={found} />}>
            <UserIdentity key={found.updatedAt} user={found} />
            <UserSource user={found} />
            <ForAdministrators>
              <UserDeeds user={found} />
            </ForAdministrators>
            <UserGroups user={found} />
            <UserFactors user={found} />
            <UserAppPasswords user={found} />
            <UserMailboxes user={found} />
            <UserConnections user={found} />
            <UserSessions user={found} />
            <UserDevices user={found} />
            <PersonPolicy user={found} />
            <UserAudit user={found} />
          </Page>
        )}
      </Loaded>
    </>
  )
}
