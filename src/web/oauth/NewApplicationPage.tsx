/**
 * Administration: declaring an OAuth 2 application.
 */
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { Provider } from '../api/types.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { ApplicationForm } from './ApplicationForm.tsx'
import { emptyDraft, sentOf, type Draft } from './application-draft.ts'
import { RegistrationSteps } from './RegistrationSteps.tsx'

export function NewApplicationPage(): React.ReactNode {
  const { t } = useLingui()
  const providers = useQuery(reading('GET /providers'))
  return (
    <Page title={t`Declare an OAuth 2 application`}>
      <Loaded query={providers}>{(rows) => <NewApplication providers={rows} />}</Loaded>
    </Page>
  )
}

function NewApplication({ providers }: { providers: readonly Provider[] }): React.ReactNode {
  const { t } = useLingui()
  const [first] = providers
  const [draft, setDraft] = useState<Draft | null>(first ? emptyDraft(first) : null)
  const navigate = useNavigate()
  const create = useAction('POST /oauth-applications', ({ id }) =>
    navigate({
      to: '/administration/oauth-applications/$applicationId',
      params: { applicationId: id } as never,
    }),
  )
  if (!draft || !first) return null
  const body = { ...sentOf(draft, { ...emptyDraft(first), scopes: '', rootUrl: '', cloud: '' }) }
  return (
    <>
      <RegistrationSteps provider={draft.provider} appOnly={draft.appOnly} />
      <Section title={t`Definition`}>
        <ApplicationForm
          providers={providers}
          draft={draft}
          onChange={(changed) => {
            create.reset()
            setDraft(changed)
          }}
          problem={create.error}
          pending={create.isPending}
          onSubmit={() =>
            create.mutate({
              body: { ...body, identifier: draft.identifier, provider: draft.provider },
            })
          }
        />
      </Section>
    </>
  )
}
