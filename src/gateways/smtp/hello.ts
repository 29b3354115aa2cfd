/**
 * The answer to EHLO and HELO: what this gateway offers, and what the providers' servers take.
 */
import { MECHANISMS } from '#wire/sasl/exchange.ts'
import { carriedLines, type Carried } from '#wire/smtp/ehlo.ts'

type Self = { readonly name: string; readonly carried: () => Carried }

/** @returns lines joined by CRLF, without the last one */
export function hello(
  verb: 'EHLO' | 'HELO',
  { name, carried }: Self,
  offers: { readonly auth: boolean; readonly starttls: boolean },
): string {
  const lines = [
    name,
    ...(verb === 'HELO' ? [] : carriedLines(carried())),
    ...(verb === 'EHLO' && offers.starttls ? ['STARTTLS'] : []),
    ...(verb === 'EHLO' && offers.auth ? [`AUTH ${MECHANISMS.join(' ')}`] : []),
  ]
  return lines.map((line, n) => `250${n < lines.length - 1 ? '-' : ' '}${line}`).join('\r\n')
}
