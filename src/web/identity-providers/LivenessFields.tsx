/**
 * How it is known that a person is still there, and how long silence of the provider is borne.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Radio, SimpleGrid, Stack, Text } from '@mantine/core'
import { DurationField } from '../parts/DurationField.tsx'
import { duration } from '../parts/moments.ts'
import { FormPart } from './FormPart.tsx'
import { isDirectory, type Draft } from './provider-draft.ts'
import type { PartProps } from './ProviderForm.tsx'

export function LivenessFields({
  choice,
  draft,
  set,
  fault,
  existing,
}: PartProps): React.ReactNode {
  const { t } = useLingui()
  return (
    <FormPart
      title={t`Whether people are still there`}
      about={
        <Trans>
          Whose account there is closed can do nothing here any more: sessions end, and application
          passwords stop. They are not deleted, and work again as they are when the account is open
          again.
        </Trans>
      }
    >
      {!isDirectory(choice) && (
        <Radio.Group
          label={t`How it is known`}
          value={draft.liveness}
          onChange={(value) => set({ liveness: value })}
          error={fault('liveness')}
        >
          <Stack gap="xs" mt={4}>
            <Radio
              value="refresh_token"
              label={t`The provider is asked`}
              description={t`With a refresh token that the sign-in brings, kept for this alone.`}
            />
            <Radio
              value="scim"
              label={t`The provider says so (SCIM)`}
              description={t`Within seconds. Make a token for it below, once this is declared.`}
            />
            <Radio
              value="sign_in"
              label={t`Only at the next sign-in`}
              description={t`For providers that can do neither: application passwords stop when the person has not signed in for the time below.`}
            />
          </Stack>
        </Radio.Group>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <DurationField
          label={t`Asked every`}
          key={`interval ${existing?.updatedAt}`}
          value={draft.intervalS}
          onChange={(intervalS) => set({ intervalS })}
          error={fault('intervalS')}
        />
        <DurationField
          label={t`Grace time`}
          key={`grace ${existing?.updatedAt}`}
          value={draft.graceS}
          onChange={(graceS) => set({ graceS })}
          error={fault('graceS')}
        />
      </SimpleGrid>
      <WhatItMeans draft={draft} directory={isDirectory(choice)} />
    </FormPart>
  )
}

/** The two figures in one sentence, as they act on somebody. */
function WhatItMeans({ draft, directory }: { draft: Draft; directory: boolean }): React.ReactNode {
  const { i18n } = useLingui()
  const interval = duration(draft.intervalS, i18n.locale)
  const grace = duration(draft.graceS, i18n.locale)
  const asked = directory || draft.liveness === 'refresh_token'
  return (
    <Alert color="gray">
      <Text size="sm">
        {asked && (
          <Trans>
            A closed account is noticed within {interval}. While the provider does not answer,
            application passwords go on working for {grace} after the last answer, then they stop
            until it answers again.
          </Trans>
        )}
        {!asked && draft.liveness === 'scim' && (
          <Trans>
            A closed account is noticed as soon as the provider says so. While it says nothing at
            all, application passwords go on working for {grace}, then they stop until it speaks
            again.
          </Trans>
        )}
        {!asked && draft.liveness === 'sign_in' && (
          <Trans>
            Application passwords go on working for {grace} after each sign-in, then they stop until
            the person signs in again.
          </Trans>
        )}
      </Text>
    </Alert>
  )
}
