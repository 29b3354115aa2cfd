/**
 * Administration: one OAuth 2 application: its definition, who changed it when, and its test.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { ApplicationTest, OAuthApplication, Provider } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { EndsTokens, endOfTokens } from '../parts/EndsTokens.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { tell } from '../parts/tell.ts'
import { WhoWhen } from '../parts/WhoWhen.tsx'
import { ApplicationForm } from './ApplicationForm.tsx'
import { draftOf, sentOf } from './application-draft.ts'
import { RegistrationSteps } from './RegistrationSteps.tsx'
import { UsedBy } from './UsedBy.tsx'

export function ApplicationPage(): React.ReactNode {
  const { t } = useLingui()
  const { applicationId: id = '' } = useParams({ strict: false })
  const application = useQuery(reading('GET /oauth-applications/:id', { params: { id } }))
  const providers = useQuery(reading('GET /providers'))
  return (
    <Page title={application.data?.identifier ?? t`OAuth 2 application`}>
      <Loaded query={application}>
        {(found) => (
          <>
            {found.alarm && <DiagnosisView diagnosis={found.alarm} />}
            <Loaded query={providers}>
              {(rows) => <Definition key={found.updatedAt} application={found} providers={rows} />}
            </Loaded>
            <ForAdministrators>
              <Actions application={found} />
            </ForAdministrators>
            <RegistrationSteps provider={found.provider} appOnly={found.appOnly} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

type DefinitionProps = { application: OAuthApplication; providers: readonly Provider[] }

function Definition({ application, providers }: DefinitionProps): React.ReactNode {
  const { t } = useLingui()
  const before = draftOf(application)
  const [draft, setDraft] = useState(before)
  const save = useAction('PATCH /oauth-applications/:id', () =>
    tell(t`The application was changed.`),
  )
  const body = sentOf(draft, before)
  const params = { id: application.id }
  return (
    <Section title={t`Definition`}>
      <ApplicationForm
        providers={providers}
        draft={draft}
        onChange={(changed) => {
          save.reset()
          setDraft(changed)
        }}
        existing={application}
        problem={endOfTokens(save.error) ? null : save.error}
        pending={save.isPending}
        unchanged={Object.keys(body).length === 0}
        onSubmit={() => save.mutate({ params, body })}
      />
      <EndsTokens
        problem={save.error}
        pending={save.isPending}
        onConfirm={() => save.mutate({ params, body: { ...body, endTokens: true } })}
      />
      <WhoWhen of={application} />
    </Section>
  )
}

function Actions({ application }: { application: OAuthApplication }): React.ReactNode {
  const { t } = useLingui()
  const navigate = useNavigate()
  const test = useAction('POST /oauth-applications/:id/test')
  const params = { id: application.id }
  return (
    <Section
      title={t`Actions`}
      about={
        <Trans>
          The test tries the addresses, what the provider says of itself, and the client.
        </Trans>
      }
    >
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          loading={test.isPending}
          onClick={() => test.mutate({ params })}
        >
          <Trans>Test</Trans>
        </Button>
        <Dangerous
          label={<Trans>Delete</Trans>}
          title={t`Delete an OAuth 2 application`}
          deed={t`Delete for good`}
          run={() => call('DELETE /oauth-applications/:id', { params })}
          done={() => navigate({ to: '/administration/oauth-applications' })}
        >
          <UsedBy application={application} />
        </Dangerous>
      </Group>
      <Failure problem={test.error} />
      {test.data && <Checks test={test.data} />}
    </Section>
  )
}

function Checks({ test }: { test: ApplicationTest }): React.ReactNode {
  const { t } = useLingui()
  const words = {
    addresses: t`The addresses can be reached`,
    discovery: t`The provider describes itself`,
    client: t`The provider knows the client and its proof`,
  }
  return (
    <Stack gap="xs" component="output">
      {test.checks.map(({ check, ok }) => (
        <Group key={check} gap="xs" wrap="nowrap">
          <Badge color={ok ? 'green' : 'red'} variant="light" miw="3.5rem">
            {ok ? t`yes` : t`no`}
          </Badge>
          <Text size="sm">{words[check]}</Text>
        </Group>
      ))}
      {test.checks.map(
        ({ check, diagnosis }) => diagnosis && <DiagnosisView key={check} diagnosis={diagnosis} />,
      )}
    </Stack>
  )
}
