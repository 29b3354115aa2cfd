/**
 * How a provider with OpenID Connect is asked: the application that this server is there, and what
 * its answers are trusted to mean.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Alert,
  Anchor,
  Button,
  Checkbox,
  Collapse,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { OAuthApplication } from '../api/types.ts'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { FormPart } from './FormPart.tsx'
import type { Choice } from './provider-draft.ts'
import type { PartProps } from './ProviderForm.tsx'

/** What stands in the fold. */
const FOLDED = ['trustedAmr', 'trustedAcr', 'groupsClaim']

export function OidcFields(props: PartProps): React.ReactNode {
  const { choice, draft, set, fault, text } = props
  const { t } = useLingui()
  const [more, { toggle }] = useDisclosure(false)
  const mayChange = useMayChange()
  // Who only reads cannot press what unfolds.
  const unfolded = more || !mayChange || FOLDED.some((name) => fault(name) !== undefined)
  return (
    <FormPart title={t`At the provider`}>
      <ApplicationField {...props} />
      {(choice === 'entra' || choice === 'google') && <Organisations {...props} />}
      <Stack gap="xs">
        <Checkbox
          label={t`Connect the person's own mailbox by the same consent`}
          description={t`The sign-in asks for the mailbox too, and the mail account is there without another step.`}
          checked={draft.ownMailbox}
          onChange={(event) => set({ ownMailbox: event.currentTarget.checked })}
          error={fault('ownMailbox')}
        />
        <Checkbox
          label={t`Signing out here signs out at the provider too`}
          checked={draft.signOutThere}
          onChange={(event) => set({ signOutThere: event.currentTarget.checked })}
          error={fault('signOutThere')}
        />
      </Stack>
      <div>
        <ForAdministrators>
          <Button
            variant="subtle"
            size="compact-sm"
            px={0}
            onClick={toggle}
            aria-expanded={unfolded}
          >
            {unfolded ? <Trans>Less</Trans> : <Trans>More: groups, second factor there</Trans>}
          </Button>
        </ForAdministrators>
        <Collapse expanded={unfolded}>
          <Stack gap="md" mt="xs">
            <TextInput
              label={t`Claim with the groups`}
              description={t`Such as groups or roles; empty: groups are not taken over.`}
              maw="28rem"
              {...text('groupsClaim')}
            />
            <Text size="sm" c="dimmed" maw="44rem">
              <Trans>
                A second factor that the provider has asked for counts here only where you say by
                which value of its answer it is known. Otherwise people give one of their own here.
              </Trans>
            </Text>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Textarea
                label={t`Trusted values of amr`}
                description={t`One on a line, such as mfa.`}
                autosize
                minRows={2}
                {...text('trustedAmr')}
              />
              <Textarea
                label={t`Trusted values of acr`}
                description={
                  choice === 'entra'
                    ? t`One on a line: authentication contexts of Conditional Access, such as c1. Each sign-in asks for them.`
                    : t`One on a line. Each sign-in asks for them.`
                }
                autosize
                minRows={2}
                {...text('trustedAcr')}
              />
            </SimpleGrid>
          </Stack>
        </Collapse>
      </div>
    </FormPart>
  )
}

function Organisations({ choice, text }: PartProps): React.ReactNode {
  const { t } = useLingui()
  return (
    <Textarea
      label={choice === 'entra' ? t`Tenants` : t`Domains of the organisation`}
      description={
        choice === 'entra'
          ? t`IDs of the tenants whose people may come in, one on a line. Needed where the application is open to several; empty: its own.`
          : t`Domains of Google Workspace whose people may come in, one on a line. Without them anybody with a Google account could ask to.`
      }
      autosize
      minRows={2}
      maw="36rem"
      {...text('tenants')}
    />
  )
}

/** Applications that fit what was chosen. */
const fits = (choice: Choice, { provider, appOnly }: OAuthApplication): boolean => {
  if (appOnly) return false
  if (choice === 'entra') return provider === 'AzureAD'
  if (choice === 'google') return provider === 'Google'
  return provider !== 'AzureAD' && provider !== 'Google'
}

function ApplicationField({ choice, draft, set, fault, existing }: PartProps): React.ReactNode {
  const { t } = useLingui()
  const applications = useQuery(reading('GET /oauth-applications'))
  const providers = useQuery(reading('GET /identity-providers')).data ?? []
  if (existing)
    return (
      <TextInput
        label={t`OAuth 2 application`}
        value={existing.applicationIdentifier ?? ''}
        readOnly
        variant="filled"
        maw="28rem"
      />
    )
  return (
    <Loaded query={applications}>
      {(rows) => {
        // Each is one provider's: its redirect URL says which one is meant.
        const taken = new Set(providers.map(({ applicationId }) => applicationId))
        const offered = rows.filter((one) => fits(choice, one) && !taken.has(one.id))
        const declare = (
          <Anchor
            component={Link}
            to="/administration/oauth-applications/new"
            size="xs"
            underline="always"
          >
            <Trans>Declare an OAuth 2 application</Trans>
          </Anchor>
        )
        if (offered.length === 0)
          return (
            <Alert color="yellow" title={t`An OAuth 2 application comes first`}>
              <Text size="sm">
                <Trans>
                  It says what this server is at the provider: tenant, client ID and secret. None is
                  declared for this kind of provider that no other identity provider has.
                </Trans>
              </Text>
              {declare}
            </Alert>
          )
        return (
          <NativeSelect
            label={t`OAuth 2 application`}
            description={
              <Trans>What this server is at the provider. Not there yet? {declare}</Trans>
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            required
            maw="28rem"
            value={draft.applicationId}
            data={[
              { value: '', label: t`Choose one` },
              ...offered.map(({ id, identifier, designation }) => ({
                value: id,
                label: designation === '' ? identifier : `${identifier} (${designation})`,
              })),
            ]}
            onChange={(event) => set({ applicationId: event.currentTarget.value })}
            error={fault('applicationId')}
          />
        )
      }}
    </Loaded>
  )
}
