const view = new DataView(new ArrayBuffer(8));
const bytes = new Uint8Array(view.buffer);

/** Writes an IEEE 754 double: 8 bytes. Compact Thrift is little-endian, binary Thrift is big-endian. */
export function writeFloat64(
  value: number,
  littleEndian: boolean,
  target: Uint8Array,
  offset: number,
): void {
  view.setFloat64(0, value, littleEndian);
  for (let i = 0; i < 8; i++) target[offset + i] = bytes[i]!;
}
