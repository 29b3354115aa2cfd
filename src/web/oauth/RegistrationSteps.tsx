/**
 * What to do at the provider before, and beside, the definition here.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { List } from '@mantine/core'
import { CopyField } from '../parts/CopyField.tsx'
import { Section } from '../parts/Section.tsx'

type Props = { provider: string; appOnly: boolean }

export function RegistrationSteps({ provider, appOnly }: Props): React.ReactNode {
  const { t } = useLingui()
  return (
    <Section title={t`Steps at the provider`}>
      {provider === 'AzureAD' ? (
        appOnly ? (
          <EntraAppOnlySteps />
        ) : (
          <EntraSteps />
        )
      ) : provider === 'Google' ? (
        <GoogleSteps />
      ) : (
        <OtherSteps />
      )}
    </Section>
  )
}

function EntraSteps(): React.ReactNode {
  return (
    <List type="ordered" size="sm" spacing={4}>
      <List.Item>
        <Trans>
          Microsoft Entra admin center, App registrations, New registration: accounts in this
          organizational directory only; redirect URI of the platform "Web", never "Single-page
          application". It is the redirect URL of the definition here.
        </Trans>
      </List.Item>
      <List.Item>
        <Trans>
          API permissions, Microsoft Graph, delegated: IMAP.AccessAsUser.All, POP.AccessAsUser.All,
          SMTP.Send, offline_access, openid, profile, email. Then "Grant admin consent".
        </Trans>
      </List.Item>
      <Proof />
      <Ids />
      <List.Item>
        <Trans>
          For device codes only: Authentication, Advanced settings, "Allow public client flows".
        </Trans>
      </List.Item>
    </List>
  )
}

function EntraAppOnlySteps(): React.ReactNode {
  const { t } = useLingui()
  return (
    <>
      <List type="ordered" size="sm" spacing={4}>
        <List.Item>
          <Trans>
            Microsoft Entra admin center, App registrations, New registration: accounts in this
            organizational directory only. A redirect URI is not needed.
          </Trans>
        </List.Item>
        <List.Item>
          <Trans>
            API permissions, APIs my organization uses, Office 365 Exchange Online, application
            permissions: IMAP.AccessAsApp, POP.AccessAsApp, SMTP.SendAsApp. Then "Grant admin
            consent".
          </Trans>
        </List.Item>
        <Proof />
        <Ids />
        <List.Item>
          <Trans>
            In Exchange Online PowerShell, make the application known and give it each mailbox. The
            object ID is the one under "Enterprise applications", not under "App registrations".
          </Trans>
        </List.Item>
      </List>
      {EXCHANGE_COMMANDS.map((command, index) => (
        <CopyField key={command} label={`${t`Command`} ${index + 1}`} text={command} />
      ))}
    </>
  )
}

const EXCHANGE_COMMANDS = [
  'New-ServicePrincipal -AppId <client ID> -ObjectId <object ID> -DisplayName Passerelle',
  'Add-MailboxPermission -Identity <mailbox> -User <object ID> -AccessRights FullAccess',
  'Add-RecipientPermission -Identity <mailbox> -Trustee <object ID> -AccessRights SendAs',
]

function Proof(): React.ReactNode {
  return (
    <List.Item>
      <Trans>
        Certificates & secrets: make a client secret and copy its value, not its ID, at once; or
        upload a certificate.
      </Trans>
    </List.Item>
  )
}

function Ids(): React.ReactNode {
  return (
    <List.Item>
      <Trans>Overview: copy the directory (tenant) ID and the application (client) ID.</Trans>
    </List.Item>
  )
}

function GoogleSteps(): React.ReactNode {
  return (
    <List type="ordered" size="sm" spacing={4}>
      <List.Item>
        <Trans>
          Google Cloud console, APIs & Services, Library: enable the Gmail API for the project.
        </Trans>
      </List.Item>
      <List.Item>
        <Trans>
          Google Auth Platform, Audience: "Internal" for a Workspace organisation. While an
          "External" one is in "Testing", refresh tokens end after 7 days.
        </Trans>
      </List.Item>
      <List.Item>
        <Trans>
          Data access: add the scope https://mail.google.com/, openid and userinfo.email.
        </Trans>
      </List.Item>
      <List.Item>
        <Trans>
          Clients, Create client: type "Web application", with the redirect URL of the definition
          here. Copy client ID and client secret.
        </Trans>
      </List.Item>
    </List>
  )
}

function OtherSteps(): React.ReactNode {
  return (
    <List type="ordered" size="sm" spacing={4}>
      <List.Item>
        <Trans>
          Register a web application at the provider, with the redirect URL of the definition here.
        </Trans>
      </List.Item>
      <List.Item>
        <Trans>Allow the scopes that stand under "More".</Trans>
      </List.Item>
      <List.Item>
        <Trans>Copy client ID and client secret.</Trans>
      </List.Item>
    </List>
  )
}
