/**
 * Configuration: the HTTP gateway through which codes are sent by SMS.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { SmsForm } from './SmsForm.tsx'
import { SmsTest } from './SmsTest.tsx'

export function SmsGatewayPage(): React.ReactNode {
  const { t } = useLingui()
  const gateway = useQuery(reading('GET /sms-gateway'))
  return (
    <Page title={t`SMS gateway`}>
      <Text size="sm" c="dimmed" maw="44rem">
        <Trans>
          The service of a provider of SMS that is asked over HTTP. Without one, codes by SMS are
          not offered.
        </Trans>
      </Text>
      <Loaded query={gateway}>
        {(found) => (
          <>
            <Section
              title={t`Request`}
              actions={
                found && (
                  <ForAdministrators>
                    <Remove />
                  </ForAdministrators>
                )
              }
            >
              <SmsForm key={found?.updatedAt ?? 0} existing={found} />
            </Section>
            {found && (
              <ForAdministrators>
                <SmsTest />
              </ForAdministrators>
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Remove(): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Remove</Trans>}
      title={t`Remove the SMS gateway`}
      deed={t`Remove it`}
      run={() => call('DELETE /sms-gateway')}
    >
      <Text size="sm">
        <Trans>
          No codes can be sent by SMS any more. Who has set up nothing else needs a recovery code,
          or an administrator who resets their second factors.
        </Trans>
      </Text>
    </Dangerous>
  )
}
