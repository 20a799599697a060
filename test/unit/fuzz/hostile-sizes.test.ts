import { expect, test } from 'vitest';
import { RemoteReporter } from '../../../src/core/reporting/remote-reporter.js';
import { FakePlatform } from '../support/fake-platform.js';
import { FakeSender } from '../support/fake-sender.js';
import { HOSTILE_SIZES } from '../support/hostile-values.js';
import { newTraced } from '../support/traced.js';

test.each(HOSTILE_SIZES.map((value) => ({ name: value.name, value })))(
  '$name: the span is sent all the same, and so are the others',
  async ({ value }) => {
    const sender = new FakeSender({ automatic: true });
    const reporter = new RemoteReporter(sender, { platform: new FakePlatform() });
    const { tracer } = newTraced({ reporter });
    const made = value.make();
    tracer.startSpan('before').finish();
    const span = tracer.startSpan('hostile', { tags: { value: made } });
    span.setTag('list', [made, 1]).log({ event: 'seen', value: made });
    span.setBaggageItem('key', made as string);
    span.finish();
    tracer.startSpan('after').finish();
    await tracer.flush();
    expect(sender.operations.flat()).toStrictEqual(['before', 'hostile', 'after']);
    expect(Math.max(...sender.messages.map(({ length }) => length))).toBeLessThanOrEqual(65_000);
    expect(tracer.stats()).toMatchObject({ finished: 3, sent: 3, waiting: 0 });
  },
  60_000,
);
