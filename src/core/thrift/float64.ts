const view = new DataView(new ArrayBuffer(8));
const bytes = new Uint8Array(view.buffer);

/** Writes the 8 bytes of an IEEE 754 double. Compact Thrift is little-endian, binary Thrift big-endian. */
export function writeFloat64(
  value: number,
  littleEndian: boolean,
  target: Uint8Array,
  offset: number,
): void {
  view.setFloat64(0, value, littleEndian);
  for (let i = 0; i < 8; i++) target[offset + i] = bytes[i]!;
}
