/**
 * Administration: declaring an identity provider. The kind is chosen first, and is in the address.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, SimpleGrid, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { useUrlState } from '../parts/url-state.ts'
import { CHOICE_WORDS } from '../words/identity-providers.ts'
import classes from './identity-providers.module.css'
import {
  CHOICES,
  emptyDraft,
  fieldsOf,
  isDirectory,
  sentOf,
  type Choice,
} from './provider-draft.ts'
import { ProviderForm } from './ProviderForm.tsx'

export function NewProviderPage(): React.ReactNode {
  const { t } = useLingui()
  const [state, change] = useUrlState()
  const choice = CHOICES.find((one) => one === state['kind'])
  return (
    <>
      <Anchor component={Link} to="/administration/identity-providers" size="sm">
        <Trans>Identity providers</Trans>
      </Anchor>
      <Page title={t`Declare an identity provider`}>
        {choice ? (
          <NewProvider key={choice} choice={choice} onBack={() => change({ kind: undefined })} />
        ) : (
          <Choices onChoose={(kind) => change({ kind })} />
        )}
      </Page>
    </>
  )
}

function Choices({ onChoose }: { onChoose: (choice: Choice) => void }): React.ReactNode {
  const { t, i18n } = useLingui()
  return (
    <Section title={t`Where do people have their accounts?`}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {CHOICES.map((choice) => (
          <button
            key={choice}
            type="button"
            className={classes.choice}
            onClick={() => onChoose(choice)}
          >
            <Text fw={500} component="span" display="block">
              {i18n._(CHOICE_WORDS[choice].name)}
            </Text>
            <Text size="sm" c="dimmed" component="span" display="block">
              {i18n._(CHOICE_WORDS[choice].about)}
            </Text>
          </button>
        ))}
      </SimpleGrid>
    </Section>
  )
}

type Props = { choice: Choice; onBack: () => void }

function NewProvider({ choice, onBack }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const [draft, setDraft] = useState(() => emptyDraft(choice))
  const navigate = useNavigate()
  const create = useAction('POST /identity-providers', ({ id }) =>
    navigate({
      to: '/administration/identity-providers/$providerId',
      params: { providerId: id } as never,
    }),
  )
  const blank = { ...emptyDraft(choice), name: '', flavour: 'active_directory' as const }
  const body = sentOf(draft, blank, fieldsOf(choice))
  const kind = isDirectory(choice) ? 'ldap' : 'oidc'
  return (
    <Section
      title={i18n._(CHOICE_WORDS[choice].name)}
      actions={
        <Button variant="subtle" size="xs" onClick={onBack}>
          <Trans>Choose another kind</Trans>
        </Button>
      }
    >
      <ProviderForm
        choice={choice}
        draft={draft}
        onChange={(changed) => {
          create.reset()
          setDraft(changed)
        }}
        problem={create.error}
        pending={create.isPending}
        onSubmit={() => create.mutate({ body: { ...body, kind, name: draft.name } })}
      />
    </Section>
  )
}
