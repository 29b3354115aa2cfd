/**
 * In place of what would be shown: that there is nothing, and what to do next.
 */
import classes from './Empty.module.css'

export function Empty({ children }: { children: React.ReactNode }): React.ReactNode {
  return <div className={classes.empty}>{children}</div>
}
