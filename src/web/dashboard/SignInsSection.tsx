/**
 * Sign-ins and refusals of applications, a small chart for each gateway, over a day or a month.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { SegmentedControl } from '@mantine/core'
import type { Dashboard } from '../api/types.ts'
import { Empty } from '../parts/Empty.tsx'
import { Section } from '../parts/Section.tsx'
import { useUrlState } from '../parts/url-state.ts'
import classes from './Chart.module.css'
import { FiguresTable } from './FiguresTable.tsx'
import { closedGateways } from './gateway-doors.ts'
import { GatewayChart } from './GatewayChart.tsx'
import { figures, PERIODS, slots } from './periods.ts'

export function SignInsSection({ board }: { board: Dashboard }): React.ReactNode {
  const { t } = useLingui()
  const [url, change] = useUrlState()
  const period = PERIODS.find((one) => one === url['period']) ?? 'hours'
  const at = slots(period, board.at)
  const closed: readonly string[] = closedGateways(board)
  const all = board.gateways.map(({ gateway }) => ({
    gateway,
    figures: figures(board[period], gateway, at),
  }))
  const used = all.filter((one) => one.figures.some((f) => f.signIns + f.refusals > 0))
  const shown = all.filter((one) => used.includes(one) || !closed.includes(one.gateway))
  return (
    <Section
      title={t`Sign-ins and refusals`}
      about={<Trans>Of applications. At the drive each request is a sign-in.</Trans>}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t`Period`}
          value={period}
          data={[
            { value: 'hours', label: t`24 hours` },
            { value: 'days', label: t`30 days` },
          ]}
          onChange={(value) => change({ period: value === 'hours' ? undefined : value })}
        />
      }
    >
      {used.length === 0 ? (
        <Empty>
          {period === 'hours' ? (
            <Trans>
              No application has signed in for 24 hours. Look at 30 days, or create an application
              password in the profile and type it into a program.
            </Trans>
          ) : (
            <Trans>
              No application has signed in for 30 days. Create an application password in the
              profile and type it into a program.
            </Trans>
          )}
        </Empty>
      ) : (
        <>
          <div className={classes.charts}>
            {shown.map((one) => (
              <GatewayChart key={one.gateway} period={period} {...one} />
            ))}
          </div>
          <FiguresTable period={period} at={at} shown={shown} />
        </>
      )}
    </Section>
  )
}
