/**
 * SCIM: the address and the token with which a provider says by itself who is there and who is gone.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { useAction } from '../api/query.ts'
import type { IdentityProvider, ScimToken } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { CopyField } from '../parts/CopyField.tsx'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Section } from '../parts/Section.tsx'

export function ScimSection({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { t } = useLingui()
  const [made, setMade] = useState<ScimToken | null>(null)
  const make = useAction('POST /identity-providers/:id/scim-token', setMade)
  const { url, tokenSetAt, seenAt } = provider.scim
  const params = { id: provider.id }
  return (
    <Section
      title={t`Provisioning (SCIM)`}
      about={
        <Trans>
          With it the provider says by itself who joins, changes and leaves: a closed account is
          closed here within seconds.
        </Trans>
      }
    >
      <CopyField label={t`Tenant URL`} text={url} />
      <Facts>
        <Fact label={t`Token`}>
          {tokenSetAt === null ? (
            <Trans>none</Trans>
          ) : (
            <Trans>
              made <Ago at={tokenSetAt} />
            </Trans>
          )}
        </Fact>
        <Fact label={t`Last heard of`}>
          {seenAt === null ? <Trans>never</Trans> : <Ago at={seenAt} />}
        </Fact>
      </Facts>
      {made && (
        <Alert color="green" title={t`The token is shown only now, and never again`}>
          <Stack gap="xs">
            <CopyField label={t`Secret token`} text={made.token} />
            <Text size="sm">
              <Trans>Copy it to the provider. Whoever has it can make and close users here.</Trans>
            </Text>
          </Stack>
        </Alert>
      )}
      <Failure problem={make.error} />
      <ForAdministrators>
        <Group gap="xs">
          {tokenSetAt === null ? (
            <Button
              size="xs"
              variant="default"
              loading={make.isPending}
              onClick={() => make.mutate({ params })}
            >
              <Trans>Make a token</Trans>
            </Button>
          ) : (
            <>
              <Dangerous
                label={<Trans>Make another token</Trans>}
                title={t`Make another token`}
                deed={t`Make another token`}
                run={() => make.mutateAsync({ params })}
              >
                <Text size="sm">
                  <Trans>
                    The one before ends at once: the provider cannot say anything until it has the
                    new one.
                  </Trans>
                </Text>
              </Dangerous>
              <Dangerous
                label={<Trans>End the token</Trans>}
                title={t`End the token`}
                deed={t`End it`}
                run={() => call('DELETE /identity-providers/:id/scim-token', { params })}
                done={() => setMade(null)}
              >
                <Text size="sm">
                  <Trans>
                    The provider can no longer say who is there. Users stay as they are.
                  </Trans>
                </Text>
              </Dangerous>
            </>
          )}
        </Group>
      </ForAdministrators>
    </Section>
  )
}
