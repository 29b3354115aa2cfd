/**
 * How an application proves itself: a client secret, a certificate, or nothing. Write-only.
 */
import { useLingui } from '@lingui/react/macro'
import { NativeSelect, PasswordInput, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import type { OAuthApplication } from '../api/types.ts'
import { day, exact } from '../parts/moments.ts'
import type { Draft } from './application-draft.ts'

type Props = {
  draft: Draft
  set: (patch: Partial<Draft>) => void
  fault: (field: string) => string | undefined
  existing?: OAuthApplication
}

export function ProofFields({ draft, set, fault, existing }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const setAt = existing?.secretSetAt ?? null
  const ends = existing?.certificateExpiresAt ?? null
  const thumbprint = existing?.certificateThumbprint ?? null
  const until = ends === null ? '' : day(ends, i18n.locale)
  const certificateText = t`The present one: ${thumbprint ?? ''}, until ${until}. Leave empty to keep it.`
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <NativeSelect
        label={t`The client proves itself with`}
        value={draft.clientProof}
        data={[
          { value: 'secret', label: t`a client secret` },
          { value: 'certificate', label: t`a certificate` },
          { value: 'none', label: t`nothing (public client)` },
        ]}
        onChange={(event) =>
          set({ clientProof: event.currentTarget.value as Draft['clientProof'] })
        }
        error={fault('clientProof')}
      />
      {draft.clientProof === 'secret' && (
        <>
          <PasswordInput
            label={t`Client secret`}
            description={
              setAt === null
                ? t`Its value, not its ID. It is never shown again.`
                : t`Set on ${exact(setAt, i18n.locale)}. Leave empty to keep it.`
            }
            autoComplete="new-password"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={draft.clientSecret}
            onChange={(event) => set({ clientSecret: event.currentTarget.value })}
            error={fault('clientSecret')}
          />
          <TextInput
            type="date"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            label={t`The client secret ends`}
            description={t`As the provider shows it; you are told in time.`}
            value={draft.secretExpires}
            onChange={(event) => set({ secretExpires: event.currentTarget.value })}
            error={fault('secretExpiresAt')}
          />
        </>
      )}
      {draft.clientProof === 'certificate' && (
        <Textarea
          label={t`Private key and certificate (PEM)`}
          description={
            thumbprint === null ? t`Both in one text. It is never shown again.` : certificateText
          }
          autoComplete="off"
          spellCheck={false}
          minRows={4}
          autosize
          maxRows={8}
          value={draft.certificate}
          onChange={(event) => set({ certificate: event.currentTarget.value })}
          error={fault('certificate')}
        />
      )}
    </SimpleGrid>
  )
}
