/**
 * A name that somebody has chosen, in a sentence or a table: nothing in it turns what stands around
 * it (UAX #9).
 *
 * A property, not a child: inside <Trans> a child becomes part of the message, in which tags are
 * read, and "<b>" would vanish from the name.
 */
export function Name({ of }: { of: string | null }): React.ReactNode {
  return <bdi>{of}</bdi>
}
