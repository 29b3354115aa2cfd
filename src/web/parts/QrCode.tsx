/**
 * A QR code as SVG, drawn here: what it says never leaves the page.
 */
import { encodeQR } from 'qr'
import classes from './QrCode.module.css'

/** Modules of quiet around the code (ISO/IEC 18004 §9.1 asks for four). */
const QUIET = 4

export function QrCode({ text, label }: { text: string; label: string }): React.ReactNode {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET })
  const size = modules.length
  const path = modules
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return (
    <figure aria-label={label} className={classes.figure}>
      <svg
        aria-hidden
        viewBox={`0 0 ${size} ${size}`}
        width="208"
        height="208"
        shapeRendering="crispEdges"
      >
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
    </figure>
  )
}
