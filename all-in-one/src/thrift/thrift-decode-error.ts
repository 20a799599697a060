/**
 * Why bytes are no Thrift message, or no Jaeger batch:
 *
 * - `truncated`: the bytes end inside a value, or a length or count promises more than is left
 * - `bad-protocol`: no message header of this protocol (another protocol's, most often)
 * - `unknown-method`: a message, but no call of `emitBatch`
 * - `bad-type`: a type number that the protocol does not know
 * - `bad-length`: a negative length or count, or one of over 31 bits
 * - `bad-varint`: a variable-length integer of over ten bytes
 * - `missing-field`: a required field is absent, or came with another type than its own
 * - `too-deep`: structs and containers nested past `MAX_DEPTH`
 */
export type ThriftDecodeErrorCode =
  | 'truncated'
  | 'bad-protocol'
  | 'unknown-method'
  | 'bad-type'
  | 'bad-length'
  | 'bad-varint'
  | 'missing-field'
  | 'too-deep';

/**
 * The only error that reading Thrift throws, whatever the bytes are. Branch on `code`: `instanceof`
 * fails where a program loads both the ESM and the CommonJS build.
 */
export class ThriftDecodeError extends Error {
  override readonly name = 'ThriftDecodeError';
  readonly code: ThriftDecodeErrorCode;
  /** Where in the input, in bytes from its start, the reader stood. */
  readonly offset: number;

  constructor(code: ThriftDecodeErrorCode, message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
