/** First byte of a message in the compact protocol. */
export const COMPACT_PROTOCOL_ID = 0x82;
/** First byte of a message in the binary protocol, with the strict header. */
export const BINARY_FIRST_BYTE = 0x80;
