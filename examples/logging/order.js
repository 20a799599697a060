import { setTimeout as sleep } from 'node:timers/promises';
import { initTracer } from 'spoor';

/** Handles two requests concurrently. Each log line has the trace id of its request. */
export async function handleOrders(log) {
  const tracer = initTracer({
    serviceName: 'shop',
    sampler: { type: 'const', param: 1 },
  });
  log.info('no trace here');
  await Promise.all(
    ['tea', 'coffee'].map((item) =>
      tracer.startActiveSpan('order', { tags: { item } }, async () => {
        log.info(`${item}: asked for`);
        await sleep(5);
        tracer.startActiveSpan('pack', () => log.info(`${item}: packed`));
      }),
    ),
  );
  await tracer.close();
}
