import { describe, expect, test } from 'vitest';
import { wireStatus } from '../../../../src/grpc/grpc-js/wire-status.js';

describe('the status on the wire', () => {
  const sent = (headers?: object, trailers?: object): object => ({
    nextCall: { nextCall: { stream: { sentHeaders: headers, sentTrailers: trailers } } },
  });

  test.each<[object, object | undefined]>([
    [
      sent({}, { 'grpc-status': 13, 'grpc-message': 'a%20mistake' }),
      { code: 13, details: 'a mistake' },
    ],
    [sent({ 'grpc-status': '4' }), { code: 4, details: '' }],
    [sent({ 'grpc-status': 1, 'grpc-message': '%' }, {}), { code: 1, details: '%' }],
    [sent({}, undefined), undefined],
    [sent(), undefined],
    [sent({ 'grpc-status': 'many' }), undefined],
    [{}, undefined],
    [{ nextCall: null }, undefined],
    [
      {
        get nextCall() {
          throw new Error('private');
        },
      },
      undefined,
    ],
  ])('%#', (call, status) => {
    expect(wireStatus(call)).toStrictEqual(status);
  });

  test('of a chain without an end is unknown', () => {
    const call: { nextCall?: object } = {};
    call.nextCall = call;
    expect(wireStatus(call)).toBeUndefined();
  });
});
