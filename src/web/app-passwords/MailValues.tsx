/**
 * What a mail program asks for: server, port, security and user name of each mail gateway that a new
 * application password opens. The user name is the address of the mailbox.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { CreatedAppPassword } from '../api/types.ts'
import { CopyRows } from '../parts/CopyRows.tsx'
import { GATEWAY_ABOUT, GATEWAY_WORDS, SECURITY_WORDS } from '../words/applications.ts'
import { MailboxNote } from './MailboxNote.tsx'

export function MailValues({ created }: { created: CreatedAppPassword }): React.ReactNode {
  const { t, i18n } = useLingui()
  const { mailboxes, mailDoors } = created
  const [email, setEmail] = useState(
    (mailboxes.find(({ isDefault }) => isDefault) ?? mailboxes[0])?.email,
  )
  return (
    <>
      <MailboxNote email={email} />
      {mailboxes.length > 1 && (
        <NativeSelect
          label={t`Mailbox`}
          description={
            <Trans>
              The user name chooses the mailbox. This application password opens all of them.
            </Trans>
          }
          value={email}
          data={mailboxes.map((one) => one.email)}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      {mailDoors.map(({ gateway, host, port, security }) => (
        <CopyRows
          key={gateway}
          title={i18n._(GATEWAY_WORDS[gateway])}
          about={i18n._(GATEWAY_ABOUT[gateway])}
          rows={[
            { label: t`Server`, text: host },
            { label: t`Port`, text: String(port) },
            { label: t`Security`, text: SECURITY_WORDS[security] },
            ...(email === undefined ? [] : [{ label: t`User name`, text: email }]),
          ]}
        />
      ))}
    </>
  )
}
