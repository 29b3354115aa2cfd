/**
 * What applies to one person and from where, and what is decided for this person alone.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Section } from '../parts/Section.tsx'
import { DecisionsForm } from './DecisionsForm.tsx'

export function PersonPolicy({ user }: { user: Pick<User, 'id'> }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: user.id }
  const policy = useQuery(reading('GET /users/:id/policy', { params }))
  return (
    <Section
      title={t`Policy`}
      about={
        <Trans>
          What applies to this person, and which level decides it: this person alone, the first of
          the groups that does, or everybody.
        </Trans>
      }
    >
      <Loaded query={policy}>
        {(rows) => <DecisionsForm level="person" id={user.id} rows={rows} />}
      </Loaded>
    </Section>
  )
}
