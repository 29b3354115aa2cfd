/**
 * How much XML and how many conditions one request may bring, and why.
 */

/** A PROPPATCH with many values; PROPFIND and LOCK need a few hundred bytes. */
export const MAX_XML_BYTES = 256 * 1024
/** Office and Finder nest three or four deep; a dead property may hold a small document. */
export const MAX_XML_DEPTH = 64
/** Elements, texts and comments together: bounds time whatever the bytes are. */
export const MAX_XML_NODES = 20_000
/** Of one element, namespace declarations included. */
export const MAX_XML_ATTRIBUTES = 64
/** Properties asked for or changed by one request. */
export const MAX_PROPERTIES = 500
/** Conditions in an If header; a client lists the tokens of a tree that it has locked. */
export const MAX_CONDITIONS = 200
/** A lock's owner is a name or an address, repeated to everybody who asks for locks. */
export const MAX_OWNER_LENGTH = 2048
