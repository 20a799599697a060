import fc from 'fast-check';

/** One thing that is done to bytes: where, as a part of their length, and with what. */
interface Change {
  readonly kind: 'flip' | 'set' | 'cut' | 'insert' | 'repeat' | 'splice' | 'long';
  readonly at: number;
  readonly to: number;
  readonly byte: number;
}

const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const anyChange: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'set', 'cut', 'insert', 'repeat', 'splice', 'long'),
  at: part,
  to: part,
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff, 0x0c, 0x1c, 0x0f, 0x22, 0x7b)),
});

/** Real messages with one to six things done to each: most are broken, and some still say something. */
export function mutationsOf(originals: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const changes = fc.array(anyChange, { minLength: 1, maxLength: 6 });
  return fc
    .tuple(fc.nat(originals.length - 1), fc.nat(originals.length - 1), changes)
    .map(([one, other, list]) => {
      let bytes: Buffer = Buffer.from(originals[one]!);
      for (const change of list) bytes = changed(bytes, change, originals[other]!);
      return bytes;
    });
}

function changed(bytes: Buffer, { kind, at, to, byte }: Change, other: Uint8Array): Buffer {
  const from = Math.floor(at * bytes.length);
  const end = Math.max(from, Math.floor(to * bytes.length));
  const copy = Buffer.from(bytes);
  switch (kind) {
    case 'flip':
      if (copy.length > 0) copy[from]! ^= 1 << (byte % 8);
      return copy;
    case 'set':
      if (copy.length > 0) copy[from] = byte;
      return copy;
    case 'cut':
      return Buffer.concat([copy.subarray(0, from), copy.subarray(end)]);
    case 'insert':
      return Buffer.concat([copy.subarray(0, from), Buffer.of(byte), copy.subarray(from)]);
    case 'repeat':
      return Buffer.concat([copy.subarray(0, end), copy.subarray(from)]).subarray(0, 60_000);
    case 'splice':
      return Buffer.concat([
        copy.subarray(0, from),
        other.subarray(Math.floor(to * other.length)),
      ]).subarray(0, 60_000);
    case 'long': // where a length stood, perhaps
      return Buffer.concat([
        copy.subarray(0, from),
        Buffer.of(0x7f, 0xff, 0xff, byte),
        copy.subarray(from + 4),
      ]);
  }
}
