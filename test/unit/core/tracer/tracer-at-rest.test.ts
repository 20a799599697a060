import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../../src/core/host/platform.js';
import { RemoteReporter } from '../../../../src/core/reporting/remote-reporter.js';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { Tracer } from '../../../../src/core/tracer/tracer.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { FakeSender } from '../../support/fake-sender.js';

/** A platform that notes what it is asked for. */
class NotingPlatform extends FakePlatform {
  readonly asked: string[] = [];
  allocated = 0;
  host = 'a-host';
  restore: (() => void) | undefined = undefined;
  override readonly hostname = (): string => this.host;
  readonly onRestored = (callback: () => void): void => {
    this.restore = callback;
  };
  readonly allocate = (length: number): Uint8Array => {
    this.allocated += length;
    return new Uint8Array(length);
  };

  constructor() {
    super();
    const { clock, randomWords, startTimer } = this;
    const [wall, monotonic] = [clock.wallMillis.bind(clock), clock.monotonicMillis.bind(clock)];
    clock.wallMillis = () => (this.asked.push('clock'), wall());
    clock.monotonicMillis = () => (this.asked.push('clock'), monotonic());
    const noting: Pick<Platform, 'randomWords' | 'startTimer'> = {
      randomWords: (words) => (this.asked.push('randomness'), randomWords(words)),
      startTimer: (...timer) => (this.asked.push('timer'), startTimer(...timer)),
    };
    Object.assign(this, noting);
  }
}

function newTracer(maxMessageBytes: number = 65_000): {
  tracer: Tracer;
  sender: FakeSender;
  platform: NotingPlatform;
} {
  const platform = new NotingPlatform();
  const sender = new FakeSender({ automatic: true, maxMessageBytes });
  const reporter = new RemoteReporter(sender, { platform });
  const tracer = new Tracer('shop', reporter, new ConstSampler(true), { platform });
  return { tracer, sender, platform };
}

const uuidOf = (sender: FakeSender, batch: number): unknown =>
  sender.batches[batch]!.process.tags.find(({ key }) => key === 'client-uuid')!.value;

describe('a tracer that is only made', () => {
  test.each([500, 65_000, 65_507, 1_048_576])(
    'asks for no clock, chance and timer, and for no memory with messages of %i bytes',
    async (maxMessageBytes) => {
      const { tracer, platform } = newTracer(maxMessageBytes);
      expect(platform.asked).toStrictEqual([]);
      expect(platform.allocated).toBe(0);
      tracer.startSpan('op').finish();
      expect(new Set(platform.asked)).toStrictEqual(new Set(['clock', 'randomness', 'timer']));
      expect(platform.allocated).toBeLessThan(8192);
      await tracer.close();
    },
  );

  test('draws its uuid when somebody reads it, and once', async () => {
    const { tracer, sender, platform } = newTracer();
    const tags = { ...tracer._process };
    expect(platform.asked).toStrictEqual(['randomness']);
    tracer.startSpan('op').finish();
    await tracer.flush();
    expect([tracer._tags['client-uuid'], tags.uuid, uuidOf(sender, 0)]).toStrictEqual(
      Array(3).fill(tracer._process.uuid),
    );
    expect(tracer._process.tags.find(({ key }) => key === 'client-uuid')!.value).toBe(tags.uuid);
    expect(JSON.parse(JSON.stringify(tracer._tags))['client-uuid']).toBe(tags.uuid);
    expect(structuredClone(tracer._process)).toStrictEqual(tracer._process);
  });

  test('a reporter of the application gets the tags, and reads the uuid from them', () => {
    const [platform, reporter] = [new NotingPlatform(), new InMemoryReporter()];
    const tracer = new Tracer('shop', reporter, new ConstSampler(true), { platform });
    expect(platform.asked).toStrictEqual([]);
    const uuid = reporter._process!.tags.at(-1)!;
    expect(uuid).toStrictEqual({ key: 'client-uuid', value: tracer._process.uuid });
    uuid.value = 'mine';
    expect([uuid.value, tracer._process.uuid.length]).toStrictEqual(['mine', 36]);
  });

  test("a user's client-uuid is replaced at its place", () => {
    const platform = new NotingPlatform();
    const tags = { 'client-uuid': 'mine', zone: 'b' };
    const tracer = new Tracer('shop', undefined, undefined, { platform, tags });
    expect(Object.keys(tracer._tags).slice(0, 2)).toStrictEqual(['client-uuid', 'zone']);
    expect(tracer._tags['client-uuid']).toBe(tracer._process.uuid);
  });
});

describe('a process that goes on from an image of another one', () => {
  test('has ids, uuid and host of its own', async () => {
    const { tracer, sender, platform } = newTracer();
    tracer.startSpan('before').finish();
    const before = [tracer._process.uuid, tracer._tags['hostname']];
    platform.host = 'another-host';
    const fills = platform.fills;
    platform.restore!();
    expect(platform.fills).toBe(fills);
    tracer.startSpan('after').finish();
    expect(platform.fills).toBe(fills + 1);
    await tracer.flush();
    expect(sender.operations).toStrictEqual([['before'], ['after']]);
    expect([uuidOf(sender, 0), uuidOf(sender, 1)]).toStrictEqual([before[0], tracer._process.uuid]);
    expect(before[0]).not.toBe(tracer._process.uuid);
    expect([before[1], tracer._tags['hostname']]).toStrictEqual(['a-host', 'another-host']);
  });
});
