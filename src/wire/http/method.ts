/**
 * HTTP's own first words, for the protocols that are spoken in lines too: a browser can be made to
 * send a request to a mail port, and to show or keep what comes back (cross-protocol attacks, ALPACA).
 */

/** @param line of a client, without its CRLF */
export const beginsLikeHttp = (line: Buffer): boolean =>
  /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|PRI)(?: |$)/i.test(
    line.toString('latin1', 0, 10),
  )
