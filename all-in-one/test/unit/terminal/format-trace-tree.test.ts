import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTraceTree, type JsonSpan, type JsonTag } from '../../../src/index.js';
import { hex16, jsonSpan, jsonTrace } from '../collected.js';

const tag: JsonTag = { key: 'k', type: 'string', value: 'v' };
const START = 1_000_000;

function lines(...spans: JsonSpan[]): string[] {
  return formatTraceTree(jsonTrace(...spans)).split('\n');
}

test('a trace is drawn with names, services, durations, starts and counts', () => {
  const trace = jsonTrace(
    jsonSpan(
      'charge',
      3,
      1,
      { startTime: START + 3_400, duration: 8_700, logs: [{ timestamp: 0, fields: [] }] },
      'bank',
    ),
    jsonSpan('query', 4, 2, { startTime: START + 250, duration: 90 }),
    jsonSpan('checkout', 1, 0, { duration: 1_234_567, tags: [tag, tag] }),
    jsonSpan('reserve', 2, 1, { startTime: START + 200, duration: 3_111, tags: [tag] }),
  );
  expect(formatTraceTree(trace)).toBe(
    [
      'trace 000000000000002a: 4 spans, 2 services',
      '└─ checkout (shop) 1.23 s, 2 tags',
      '   ├─ reserve (shop) 3.11 ms, +200 µs, 1 tag',
      '   │  └─ query (shop) 90 µs, +250 µs',
      '   └─ charge (bank) 8.7 ms, +3.4 ms, 1 log',
    ].join('\n'),
  );
});

test('no spans, no text', () => {
  expect(formatTraceTree(jsonTrace())).toBe('');
});

describe('spans that do not fit together', () => {
  test('a span whose parent is missing stands at the top, behind the roots', () => {
    expect(
      lines(jsonSpan('lost', 5, 9, { startTime: 0 }), jsonSpan('root', 1, 0)).slice(1),
    ).toEqual(['├─ root (shop) 100 µs', '└─ lost (shop) 100 µs, -1 s, parent did not arrive']);
  });

  test('a child that began before its parent, by another clock', () => {
    expect(
      lines(jsonSpan('root', 1, 0), jsonSpan('early', 2, 1, { startTime: START - 1500 }))[2],
    ).toBe('   └─ early (shop) 100 µs, -1.5 ms');
  });

  test('a negative duration is shown', () => {
    expect(lines(jsonSpan('root', 1, 0, { duration: -5 }))[1]).toBe('└─ root (shop) -5 µs');
  });

  test('two spans that are each other’s parents', () => {
    expect(
      lines(jsonSpan('a', 1, 2), jsonSpan('b', 2, 1, { startTime: START + 1 })).slice(1),
    ).toEqual(['└─ a (shop) 100 µs, parent is below it', '   └─ b (shop) 100 µs, +1 µs']);
  });

  test('a span that is its own parent', () => {
    expect(lines(jsonSpan('a', 1, 1)).slice(1)).toEqual(['└─ a (shop) 100 µs, parent is below it']);
  });

  test('a span that arrived twice is shown twice', () => {
    expect(lines(jsonSpan('root', 1, 0), jsonSpan('a', 2, 1), jsonSpan('a', 2, 1))).toHaveLength(4);
  });

  test('children of a span id that client and server share hang on the server’s half', () => {
    expect(
      lines(
        jsonSpan('client', 1, 0),
        jsonSpan('server', 1, 0, { startTime: START + 5 }, 'bank'),
        jsonSpan('inner', 2, 1, { startTime: START + 6 }, 'bank'),
      ).slice(1),
    ).toEqual([
      '├─ client (shop) 100 µs',
      '└─ server (bank) 100 µs, +5 µs',
      '   └─ inner (bank) 100 µs, +6 µs',
    ]);
  });

  test('a span with references only hangs on the one that it is a child of', () => {
    const reference = (spanID: string, refType: 'CHILD_OF' | 'FOLLOWS_FROM') => ({
      refType,
      traceID: '000000000000002a',
      spanID,
    });
    const references = [reference(hex16(1), 'FOLLOWS_FROM'), reference(hex16(2), 'CHILD_OF')];
    const elsewhere = [{ ...reference(hex16(1), 'CHILD_OF'), traceID: '000000000000002b' }];
    expect(
      lines(
        jsonSpan('a', 1, 0),
        jsonSpan('b', 2, 0),
        jsonSpan('of b', 3, 0, { references }),
        jsonSpan('of another trace', 4, 0, { references: elsewhere }),
      ).slice(1),
    ).toEqual([
      '├─ a (shop) 100 µs',
      '├─ b (shop) 100 µs, +0 µs',
      '│  └─ of b (shop) 100 µs, +0 µs',
      '└─ of another trace (shop) 100 µs, +0 µs',
    ]);
  });

  test('a chain of 20,000 spans, without a page of indentation each', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => jsonSpan('s', i + 1, i));
    const text = formatTraceTree(jsonTrace(...chain));
    expect(text.split('\n')).toHaveLength(20_001);
    expect(text.length).toBeLessThan(20_001 * 150);
  });

  test('200,000 children of one span', () => {
    const children = Array.from({ length: 200_000 }, (_, i) => jsonSpan('s', i + 2, 1));
    const trace = {
      ...jsonTrace(jsonSpan('root', 1, 0)),
      spans: [jsonSpan('root', 1, 0), ...children],
    };
    expect(formatTraceTree(trace).split('\n')).toHaveLength(200_002);
  });

  test('whatever spans say of their parents, each has one line', () => {
    const anySpan = fc.record({ id: fc.nat(12), parent: fc.nat(12), startTime: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 30 }), (spans) => {
        const names = spans.map((_, i) => `span${i}.`);
        const text = formatTraceTree(
          jsonTrace(
            ...spans.map(({ id, parent, startTime }, i) =>
              jsonSpan(names[i]!, id, parent, { startTime }),
            ),
          ),
        );
        expect(text.split('\n')).toHaveLength(spans.length + 1);
        for (const name of names) expect(text.split(name)).toHaveLength(2);
      }),
      { seed: 21, numRuns: 500 },
    );
  });
});
