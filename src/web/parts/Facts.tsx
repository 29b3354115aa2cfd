/**
 * Facts about one thing: labels on the left, values on the right; one below the other where it is
 * narrow.
 */
import classes from './Facts.module.css'

export function Facts({ children }: { children: React.ReactNode }): React.ReactNode {
  return <dl className={classes.facts}>{children}</dl>
}

export function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
