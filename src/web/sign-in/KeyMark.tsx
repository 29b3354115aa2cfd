/**
 * The sign of a passkey.
 */
export function KeyMark(): React.ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      aria-hidden
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
    >
      <circle cx="8" cy="12" r="4.5" />
      <path d="M12.5 12H22M18 12v4M22 12v3" />
    </svg>
  )
}
