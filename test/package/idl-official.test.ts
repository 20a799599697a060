import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Idl, type IdlField, parseIdl } from '../fixtures/idl/parse-idl.js';

/** Jaeger's own files, which the npm package `jaeger-client` ships. It is a rival in the bench. */
const officialFolder = new URL(
  '../../bench/node_modules/jaeger-client/dist/src/jaeger-idl/thrift/',
  import.meta.url,
);

function official(file: string): Idl {
  const path = new URL(file, officialFolder);
  if (!existsSync(path)) throw new Error(`${file} is missing; run: npm install --prefix bench`);
  return parseIdl(path);
}

function ours(file: string): Idl {
  return parseIdl(new URL(`../../idl/${file}`, import.meta.url));
}

describe('jaeger.thrift', () => {
  test('has the official structs, field for field, and what came later', () => {
    const { BatchSubmitResponse: _onlyForTChannel, ...structs } = official('jaeger.thrift').structs;
    const seqNo: IdlField = { id: 3, name: 'seqNo', required: false, type: 'i64' };
    const stats: IdlField = { id: 4, name: 'stats', required: false, type: 'ClientStats' };
    expect(ours('jaeger.thrift').structs).toEqual({
      ...structs,
      // jaeger-client's copy is older than these: see jaeger-idl, thrift/jaeger.thrift.
      Batch: [...structs['Batch']!, seqNo, stats],
      ClientStats: ['fullQueueDroppedSpans', 'tooLargeDroppedSpans', 'failedToEmitSpans'].map(
        (name, i): IdlField => ({ id: i + 1, name, required: true, type: 'i64' }),
      ),
    });
  });

  test('has the official enums', () => {
    expect(ours('jaeger.thrift').enums).toEqual(official('jaeger.thrift').enums);
  });
});

test('agent.thrift has the official method, without the one for Zipkin', () => {
  const { emitZipkinBatch: _leftOut, ...methods } = official('agent.thrift').services['Agent']!;
  expect(ours('agent.thrift').services).toEqual({ Agent: methods });
});

test('sampling.thrift is the official one', () => {
  expect(ours('sampling.thrift')).toEqual(official('sampling.thrift'));
});
