import type { PackedSpan } from '../../store/packed-span.js';
import { goTime } from './go-text.js';

/** Jaeger's warning for a span that ends before it starts; empty for other spans. */
export function negativeDurationWarning(span: PackedSpan): string[] {
  const { startTime, startNanos, duration, durationNanos } = span;
  if (duration >= 0) return [];
  const was = momentText(startTime + duration, startNanos + durationNanos);
  const now = momentText(startTime, startNanos + 1);
  return [
    `Negative duration detected, sanitizing end timestamp. Original end timestamp: ${was}, adjusted to: ${now}`,
  ];
}

function momentText(micros: number, nanos: number): string {
  return goTime(micros + Math.floor(nanos / 1_000), nanos % 1_000);
}
