import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  FRESH_TIMELINE,
  nextTimeline,
  type TimelineAction,
  type TimelineState,
  visibleSpans,
} from '../../../src/page/model/timeline-state.js';
import { smallTrace } from './small-trace.js';

/** 0 root > 1 a > 2 a1, 3 a2 > 4 deep; 5 b */
const trace = smallTrace([
  { id: 'root' },
  { id: 'a', parent: 'root', start: 1 },
  { id: 'a1', parent: 'a', start: 2 },
  { id: 'a2', parent: 'a', start: 3 },
  { id: 'deep', parent: 'a2', start: 4 },
  { id: 'b', parent: 'root', start: 5 },
]);

function after(...actions: readonly TimelineAction[]): TimelineState {
  return actions.reduce((state, action) => nextTimeline(trace, state, action), FRESH_TIMELINE);
}

function shown(state: TimelineState): string[] {
  return visibleSpans(trace, state.folded).map(({ spanId }) => spanId);
}

test('all spans are visible at first', () => {
  expect(shown(FRESH_TIMELINE)).toEqual(['root', 'a', 'a1', 'a2', 'deep', 'b']);
});

test('folding hides what is below, and again shows it', () => {
  const folded = after({ type: 'toggle-fold', index: 1 });
  expect(shown(folded)).toEqual(['root', 'a', 'b']);
  expect(folded.selected).toBe(1);
  expect(shown(nextTimeline(trace, folded, { type: 'toggle-fold', index: 1 }))).toHaveLength(6);
});

test('a span without children cannot be folded', () => {
  expect(after({ type: 'toggle-fold', index: 2 }).folded.size).toBe(0);
});

test('moving passes over what is hidden and stops at the ends', () => {
  const start: TimelineAction[] = [{ type: 'toggle-fold', index: 1 }];
  expect(after(...start, { type: 'move', by: 1 }).selected).toBe(5);
  expect(after(...start, { type: 'move', by: 9 }).selected).toBe(5);
  expect(after(...start, { type: 'move', by: -9 }).selected).toBe(0);
});

test('where nothing is selected, moving counts from above the first row', () => {
  const to = (by: number): number | undefined => after({ type: 'move', by }).selected;
  expect([1, 3, 20, Number.MAX_SAFE_INTEGER, -1, -20].map(to)).toEqual([0, 2, 5, 5, 0, 0]);
});

test('in unfolds first and then goes to the child; out folds first and then goes to the parent', () => {
  const folded = after({ type: 'toggle-fold', index: 3 });
  const opened = nextTimeline(trace, folded, { type: 'in' });
  expect([opened.folded.size, opened.selected]).toEqual([0, 3]);
  const child = nextTimeline(trace, opened, { type: 'in' });
  expect(child.selected).toBe(4);
  expect(nextTimeline(trace, child, { type: 'in' })).toBe(child);
  const parent = nextTimeline(trace, child, { type: 'out' });
  expect(parent.selected).toBe(3);
  const shut = nextTimeline(trace, parent, { type: 'out' });
  expect([...shut.folded]).toEqual([3]);
  expect(nextTimeline(trace, shut, { type: 'out' }).selected).toBe(1);
  expect(after({ type: 'select', index: 0 }, { type: 'out' }, { type: 'out' }).selected).toBe(0);
});

test('levels fold from the deepest and unfold from the top', () => {
  const one = after({ type: 'fold-level' });
  expect([...one.folded]).toEqual([3]);
  const two = nextTimeline(trace, one, { type: 'fold-level' });
  expect(shown(two)).toEqual(['root', 'a', 'b']);
  const all = after({ type: 'fold-all' });
  expect(shown(all)).toEqual(['root']);
  expect(shown(nextTimeline(trace, all, { type: 'unfold-level' }))).toEqual(['root', 'a', 'b']);
  expect(shown(nextTimeline(trace, all, { type: 'unfold-all' }))).toHaveLength(6);
});

test('revealing a span unfolds what hides it, selects it, opens it if asked, and is counted', () => {
  const state = after({ type: 'fold-all' }, { type: 'reveal', index: 4, open: true });
  expect(shown(state)).toContain('deep');
  expect([state.selected, [...state.opened], state.reveals]).toEqual([4, [4], 1]);
  expect(after({ type: 'reveal', index: 4, open: false }).opened.size).toBe(0);
});

test('details open and close, one by one and all together', () => {
  const two = after({ type: 'toggle-details', index: 1 }, { type: 'toggle-details', index: 5 });
  expect([...two.opened]).toEqual([1, 5]);
  expect([...nextTimeline(trace, two, { type: 'toggle-details', index: 1 }).opened]).toEqual([5]);
  expect(nextTimeline(trace, two, { type: 'close-details' }).opened.size).toBe(0);
  expect(nextTimeline(trace, FRESH_TIMELINE, { type: 'close-details' })).toBe(FRESH_TIMELINE);
});

test('whatever is done, the visible spans are those with no folded span above', () => {
  const index = fc.nat(5);
  const action: fc.Arbitrary<TimelineAction> = fc.oneof(
    fc.record({ type: fc.constantFrom('select', 'toggle-fold', 'toggle-details'), index }),
    fc.record({ type: fc.constant('reveal'), index, open: fc.boolean() }),
    fc.record({ type: fc.constant('move'), by: fc.integer({ min: -7, max: 7 }) }),
    fc.record({
      type: fc.constantFrom('in', 'out', 'fold-all', 'unfold-all', 'fold-level', 'unfold-level'),
    }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const state = after(...actions);
      const expected = trace.spans.filter((span) => {
        for (let above = span.parent; above; above = above.parent) {
          if (state.folded.has(above.index)) return false;
        }
        return true;
      });
      expect(visibleSpans(trace, state.folded)).toEqual(expected);
    }),
    { seed: 6 },
  );
});
