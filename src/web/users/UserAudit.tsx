/**
 * The newest rows of the audit that a user has done, or that were done to them.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { AuditTable } from '../audit/AuditTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Section } from '../parts/Section.tsx'

const NEWEST = 10

export function UserAudit({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const audit = useQuery(reading('GET /audit', { query: { user: user.id, size: NEWEST } }))
  return (
    <Section
      title={t`Recent audit`}
      actions={
        <Anchor
          component={Link}
          to="/administration/audit"
          search={{ user: user.id } as never}
          size="sm"
        >
          <Trans>All of this person</Trans>
        </Anchor>
      }
    >
      <Loaded query={audit}>
        {({ rows }) => <AuditTable rows={rows} empty={<Trans>Nothing has happened yet.</Trans>} />}
      </Loaded>
    </Section>
  )
}
