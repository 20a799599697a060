/**
 * Why bytes are not a Thrift message, or not a Jaeger batch:
 *
 * - `truncated`: the bytes end inside a value, or a length or count promises more than is left
 * - `bad-protocol`: no message header of this protocol (most often it is another protocol's)
 * - `unknown-method`: a message, but not a call of `emitBatch`
 * - `bad-type`: a type number that the protocol does not define
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
 * The only error that decoding Thrift throws. Branch on `code`: `instanceof` fails in a program that loads two
 * copies of this package.
 */
export class ThriftDecodeError extends Error {
  override readonly name = 'ThriftDecodeError';
  readonly code: ThriftDecodeErrorCode;
  /** Position of the reader in the input, in bytes. */
  readonly offset: number;

  constructor(code: ThriftDecodeErrorCode, message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
