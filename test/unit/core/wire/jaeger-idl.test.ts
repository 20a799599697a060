import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BinaryReader } from '../../../../all-in-one/src/thrift/binary-reader.js';
import {
  type ThriftReader,
  TYPE_LIST,
  TYPE_STRUCT,
} from '../../../../all-in-one/src/thrift/thrift-reader.js';
import { Type } from '../../../fixtures/apache/apache-thrift.js';
import { type IdlField, parseIdl } from '../../../fixtures/idl/parse-idl.js';
import { anySpanSeed, TracedMessages } from './traced-spans.js';

const idl = parseIdl(new URL('../../../../idl/jaeger.thrift', import.meta.url));
const agent = parseIdl(new URL('../../../../idl/agent.thrift', import.meta.url));

/** How often a struct was written, and each of its fields, with the types that it had. */
interface Written {
  structs: number;
  readonly fields: Map<number, { count: number; readonly types: Set<number> }>;
}

const WIRE_TYPES: Readonly<Record<string, number>> = {
  string: Type.STRING,
  binary: Type.STRING,
  double: Type.DOUBLE,
  bool: Type.BOOL,
  i32: Type.I32,
  i64: Type.I64,
};

function wireType(type: string): number {
  if (type.startsWith('list<')) return Type.LIST;
  if (type in idl.structs) return Type.STRUCT;
  if (type in idl.enums) return Type.I32;
  return WIRE_TYPES[type]!;
}

/** Walks a struct as the IDL says it is, and notes what is really there. */
function note(r: ThriftReader, struct: string, seen: Map<string, Written>): void {
  const written = seen.get(struct) ?? { structs: 0, fields: new Map() };
  seen.set(struct, written);
  written.structs++;
  r.structBegin();
  while (r.nextField()) {
    const { fieldId, fieldType } = r;
    const field = written.fields.get(fieldId) ?? { count: 0, types: new Set() };
    written.fields.set(fieldId, field);
    field.count++;
    field.types.add(fieldType);
    const type = idl.structs[struct]?.find(({ id }) => id === fieldId)?.type ?? '';
    const element = /^list<(.*)>$/.exec(type)?.[1];
    if (fieldType === TYPE_LIST && element !== undefined) {
      for (let left = r.listBegin(); left > 0; left--) note(r, element, seen);
      r.listEnd();
    } else if (fieldType === TYPE_STRUCT && type in idl.structs) {
      note(r, type, seen);
    } else {
      r.skipField();
    }
  }
  r.structEnd();
}

/** Batches with and without everything that is optional. */
async function writtenByTheEncoder(): Promise<Map<string, Written>> {
  const seen = new Map<string, Written>();
  const traced = new TracedMessages({ protocol: 'binary', message: false });
  const seeds = fc.sample(anySpanSeed, { seed: 3, numRuns: 40 });
  await traced.trace(seeds.slice(0, 20));
  traced.fail = true;
  await traced.trace(seeds.slice(0, 1));
  traced.fail = false;
  await traced.trace(seeds.slice(20));
  for (const body of traced.messages) note(new BinaryReader(body), 'Batch', seen);
  return seen;
}

describe('idl/jaeger.thrift is what the encoder writes', async () => {
  const seen = await writtenByTheEncoder();

  test('every struct, and no other', () => {
    expect([...seen.keys()].sort()).toEqual(Object.keys(idl.structs).sort());
  });

  describe.each(Object.entries(idl.structs))('%s', (struct, fields) => {
    const written = seen.get(struct) ?? { structs: 0, fields: new Map() };

    test('every field id, and no other', () => {
      const ids = [...written.fields.keys()].sort((a, b) => a - b);
      expect(ids).toEqual(fields.map(({ id }) => id));
    });

    test.each(fields.map((field): [string, IdlField] => [field.name, field]))(
      '%s',
      (_name, field) => {
        const { count, types } = written.fields.get(field.id)!;
        expect([...types]).toEqual([wireType(field.type)]);
        // A required field is never absent. One that was absent once is optional.
        const isAlwaysThere = count === written.structs;
        if (ALWAYS_WRITTEN.has(`${struct}.${field.name}`)) {
          expect([field.required, isAlwaysThere]).toEqual([false, true]);
        } else {
          expect(field.required).toBe(isAlwaysThere);
        }
      },
    );
  });
});

test('idl/agent.thrift has the one method that a message calls', () => {
  const batch = { id: 1, name: 'batch', required: false, type: 'jaeger.Batch' };
  expect(agent).toEqual({
    structs: {},
    enums: {},
    services: { Agent: { emitBatch: { result: 'oneway void', args: [batch] } } },
  });
});

/** Optional in the model, but this client always has something to say. */
const ALWAYS_WRITTEN = new Set(['Batch.seqNo', 'Process.tags']);
