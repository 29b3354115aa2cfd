/**
 * Root URL, scopes, and whatever else can differ from what the provider's row says: prefilled, or
 * empty for the provider's own.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { NativeSelect, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core'
import type { Provider } from '../api/types.ts'
import { ADDRESSES, SERVERS, type Draft, type Override } from './application-draft.ts'

type Cloud = Provider['clouds'][number]
type Props = {
  draft: Draft
  cloud: Cloud | undefined
  set: (patch: Partial<Draft>) => void
  fault: (field: string) => string | undefined
}

export function OverrideFields({ draft, cloud, set, fault }: Props): React.ReactNode {
  const { t } = useLingui()
  const field = (name: 'rootUrl' | 'scopes' | Override) => ({
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      set({ [name]: event.currentTarget.value }),
    error: fault(name),
  })
  const typed = { autoComplete: 'off', spellCheck: false } as const
  const labels: Record<(typeof ADDRESSES)[number] | (typeof SERVERS)[number], string> = {
    authorizeUrl: t`Sign-in address (authorize)`,
    tokenUrl: t`Token address`,
    deviceUrl: t`Device code address`,
    revokeUrl: t`Revocation address`,
    jwksUrl: t`Signing keys (JWKS)`,
    userinfoUrl: t`Userinfo address`,
    issuer: t`Issuer`,
    imapHost: t`IMAP host`,
    imapPort: t`IMAP port`,
    popHost: t`POP3 host`,
    popPort: t`POP3 port`,
    smtpHost: t`SMTP host`,
    smtpPort: t`SMTP port`,
  }
  return (
    <>
      <TextInput label={t`Root URL`} inputMode="url" {...typed} {...field('rootUrl')} />
      <Textarea
        label={t`Authorisation scopes`}
        description={t`Separated by spaces.`}
        autosize
        {...typed}
        {...field('scopes')}
      />
      <Text size="sm" c="dimmed">
        <Trans>What stays empty below is as the provider has it.</Trans>
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {ADDRESSES.map((name) => (
          <TextInput key={name} label={labels[name]} inputMode="url" {...typed} {...field(name)} />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {SERVERS.map((name) => (
          <TextInput
            key={name}
            label={labels[name]}
            placeholder={usual(name, cloud)}
            {...(name.endsWith('Port') ? { inputMode: 'numeric' as const } : {})}
            {...typed}
            {...field(name)}
          />
        ))}
        <NativeSelect
          label={t`SMTP encryption`}
          data={[
            { value: '', label: t`as the provider has it` },
            { value: 'tls', label: t`TLS from the first byte` },
            { value: 'starttls', label: 'STARTTLS' },
          ]}
          {...field('smtpSecurity')}
        />
        <NativeSelect
          label={t`Refresh tokens`}
          data={[
            { value: '', label: t`as the provider has it` },
            { value: 'stays_valid', label: t`the old one stays valid (stays valid)` },
            { value: 'grace', label: t`the old one stays valid for a while (grace)` },
            { value: 'strict', label: t`each works once (strict)` },
            { value: 'non_rotating', label: t`always the same one (non-rotating)` },
          ]}
          {...field('tokenClass')}
        />
      </SimpleGrid>
    </>
  )
}

/** What the provider has, shown where nothing is typed. */
function usual(name: (typeof SERVERS)[number], cloud: Cloud | undefined): string | undefined {
  const [, server, what] = /^(imap|pop|smtp)(Host|Port)$/.exec(name) ?? []
  const host = cloud?.hosts?.[server as 'imap' | 'pop' | 'smtp']
  return host && String(what === 'Host' ? host.host : host.port)
}
