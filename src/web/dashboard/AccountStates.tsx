/**
 * How many mail accounts are in which state; a state leads to those that are in it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Dashboard } from '../api/types.ts'
import { Empty } from '../parts/Empty.tsx'
import { Section } from '../parts/Section.tsx'
import { ACCOUNT_STATE_WORDS, STATE_ABOUT } from '../words/mail-accounts.ts'
import classes from './AccountStates.module.css'

const LIST = '/administration/mail-accounts'

export function AccountStates({ accounts }: Pick<Dashboard, 'accounts'>): React.ReactNode {
  const { t, i18n } = useLingui()
  const none = accounts.every((one) => one.accounts === 0)
  return (
    <Section title={t`Mail accounts`}>
      {none ? (
        <Empty>
          <Trans>
            There are none.{' '}
            <Anchor component={Link} to={LIST} inherit underline="always">
              Declare one
            </Anchor>
            , then run Init. Token: mail programs open its mailbox from then on.
          </Trans>
        </Empty>
      ) : (
        <ul className={classes.states}>
          {accounts.map(({ state, accounts: count }) => (
            <li key={state}>
              <Link
                to={LIST}
                search={{ state } as never}
                className={classes.state}
                data-state={count > 0 ? state : 'none'}
                title={i18n._(STATE_ABOUT[state])}
              >
                <span className={classes.count}>{i18n.number(count)}</span>{' '}
                <span className={classes.word}>{i18n._(ACCOUNT_STATE_WORDS[state])}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
