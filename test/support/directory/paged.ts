/**
 * The control that says that there is a further page (RFC 2696).
 */
import { octets, tlv } from './scripted.ts'

export const PAGED_RESULTS = tlv(
  0xa0,
  tlv(
    0x30,
    octets('1.2.840.113556.1.4.319'),
    tlv(4, tlv(0x30, tlv(2, Buffer.of(0)), octets('go on'))),
  ),
)
