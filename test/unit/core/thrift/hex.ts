/** Bytes of annotated hex: everything behind `//` on a line, and all white space, is comment. */
export function bytesOfHex(annotated: string): Uint8Array {
  const digits = annotated.replaceAll(/\/\/.*$/gm, '').replaceAll(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`not hex: ${annotated}`);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

export function hexOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
