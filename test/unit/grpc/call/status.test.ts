import { describe, expect, test } from 'vitest';
import { codeOfError, isErrorByDefault, statusName } from '../../../../src/grpc/call/status.js';
import { COPIES } from '../../support/grpc-copies.js';

describe('a status', () => {
  const { status } = COPIES[0]!.grpc;
  const codes = Object.values(status).filter((code): code is number => typeof code === 'number');

  test('has the name that grpc-js gives it', () => {
    expect(codes).toHaveLength(17);
    for (const code of codes) expect(statusName(code)).toBe(status[code]);
    expect(statusName(99)).toBe('99');
  });

  test('is an error at a client but for two, and at a server for six', () => {
    const errors = (side: 'client' | 'server'): (string | undefined)[] =>
      codes.filter((code) => isErrorByDefault(code, side)).map((code) => status[code]);
    expect(errors('client')).toHaveLength(15);
    expect(errors('client')).not.toContain('CANCELLED');
    expect(errors('server')).toStrictEqual([
      'UNKNOWN',
      'DEADLINE_EXCEEDED',
      'UNIMPLEMENTED',
      'INTERNAL',
      'UNAVAILABLE',
      'DATA_LOSS',
    ]);
  });

  test.each<[unknown, number]>([
    [{ code: 7 }, 7],
    [{ code: 0 }, 2],
    [{ code: 99 }, 2],
    [{ code: 'ENOENT' }, 2],
    [new Error('no'), 2],
    [undefined, 2],
    ['text', 2],
  ])('of what was thrown, %j, is %i', (error, code) => {
    expect(codeOfError(error)).toBe(code);
  });
});
