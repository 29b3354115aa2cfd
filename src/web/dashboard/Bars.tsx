/**
 * Values over time as bars, with their sum and the highest in words; the table under the charts has
 * each of them.
 */
import { useLingui } from '@lingui/react'
import classes from './Chart.module.css'

type Props = {
  /** What they add up to. */
  said: React.ReactNode
  /** The highest of them. */
  atMost: (most: string) => React.ReactNode
  values: readonly number[]
  /** Of each value, for whoever points at it. */
  names: readonly string[]
  kind: 'signed_in' | 'refused'
}

/** In units of the picture, which is as wide as there is room. */
const [PITCH, WIDTH, HEIGHT] = [10, 8, 100]
/** Few beside many are still seen. */
const LEAST = 4

export function Bars({ said, atMost, values, names, kind }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const most = Math.max(...values)
  return (
    <div className={classes.strip} data-kind={kind}>
      <div className={classes.said}>
        <span>{said}</span>
        {most > 0 && <span className={classes.most}>{atMost(i18n.number(most))}</span>}
      </div>
      <svg
        className={classes.bars}
        viewBox={`0 0 ${values.length * PITCH} ${HEIGHT}`}
        preserveAspectRatio="none"
        data-empty={most === 0 || undefined}
        aria-hidden
      >
        {values.map((value, i) => {
          const height = value === 0 ? 0 : Math.max(LEAST, (value / most) * HEIGHT)
          return (
            <g key={names[i]}>
              <title>{`${names[i]}: ${i18n.number(value)}`}</title>
              <rect className={classes.room} x={i * PITCH} width={PITCH} height={HEIGHT} />
              <rect
                className={classes.bar}
                x={i * PITCH + (PITCH - WIDTH) / 2}
                y={HEIGHT - height}
                width={WIDTH}
                height={height}
              />
            </g>
          )
        })}
      </svg>
    </div>
  )
}
