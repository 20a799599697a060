import type { Counter, Gauge, MetricsFactory } from '../../../src/core/host/metrics.js';

/** A metrics factory that keeps every value, by name and labels: `jaeger:traces{sampled=y}`. */
export class RecordingMetrics implements MetricsFactory {
  private readonly values: Map<string, number> = new Map();

  createCounter(name: string, tags: Record<string, string>): Counter {
    const key = keyOf(name, tags);
    this.values.set(key, 0);
    return { increment: (delta) => this.values.set(key, this.values.get(key)! + delta) };
  }

  createGauge(name: string, tags: Record<string, string>): Gauge {
    const key = keyOf(name, tags);
    this.values.set(key, 0);
    return { update: (value) => this.values.set(key, value) };
  }

  /** Every metric that was made. */
  get names(): string[] {
    return [...this.values.keys()];
  }

  /** The metrics that are not 0. */
  get counted(): Record<string, number> {
    return Object.fromEntries([...this.values].filter(([, value]) => value !== 0));
  }

  get(key: string): number {
    const value = this.values.get(key);
    if (value === undefined) throw new Error(`no metric ${key}`);
    return value;
  }
}

/** A factory whose metrics throw when they are used. */
export const THROWING_METRICS: MetricsFactory = {
  createCounter: () => ({ increment: fail }),
  createGauge: () => ({ update: fail }),
};

function keyOf(name: string, tags: Record<string, string>): string {
  const labels = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? name : `${name}{${labels.join(',')}}`;
}

function fail(): never {
  throw new Error('the metrics are broken');
}
