/**
 * The chart of one gateway: sign-ins as bars, refusals as bars of their own below them, for a few
 * refusals beside thousands of sign-ins have to be seen.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import type { Gateway } from '../api/types.ts'
import { GATEWAY_WORDS } from '../words/applications.ts'
import { Bars } from './Bars.tsx'
import classes from './Chart.module.css'
import type { Figure, Period } from './periods.ts'
import { slotName } from './slot-name.ts'

type Props = { gateway: Gateway; figures: readonly Figure[]; period: Period }

export function GatewayChart({ gateway, figures, period }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const name = i18n._(GATEWAY_WORDS[gateway])
  const names = figures.map(({ at }) => slotName(at, period, i18n.locale))
  const sum = (what: 'signIns' | 'refusals'): string =>
    i18n.number(figures.reduce((total, one) => total + one[what], 0))
  const [signedIn, refused] = [sum('signIns'), sum('refusals')]
  const atMost = (most: string): string =>
    period === 'hours' ? t`at most ${most} an hour` : t`at most ${most} a day`
  return (
    <figure className={classes.chart} aria-label={name}>
      <h3 className={classes.title}>{name}</h3>
      <Bars
        said={
          <Trans>
            Signed in: <strong>{signedIn}</strong>
          </Trans>
        }
        atMost={atMost}
        values={figures.map(({ signIns }) => signIns)}
        names={names}
        kind="signed_in"
      />
      <Bars
        said={
          <Trans>
            Refused: <strong>{refused}</strong>
          </Trans>
        }
        atMost={atMost}
        values={figures.map(({ refusals }) => refusals)}
        names={names}
        kind="refused"
      />
      <div className={classes.axis} aria-hidden>
        <span>{names[0]}</span>
        <span>{names[figures.length / 2]}</span>
        <span>{period === 'hours' ? t`now` : t`today`}</span>
      </div>
    </figure>
  )
}
