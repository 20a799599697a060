// Run with the bundled core as `spoorCore`, in a bare VM context and in QuickJS: no host, no clock, no chance.
// Its value must be 'done'.
(function coreScript() {
  function check(truth, what) {
    if (!truth) throw new Error(what);
  }
  let millis = 1700000000000;
  let word = 0x12345678;
  const platform = {
    clock: {
      monotonicAtWall: 0,
      wallMillis: function () {
        this.monotonicAtWall = millis;
        return millis;
      },
      monotonicMillis: function () {
        millis += 0.25;
        return millis;
      },
    },
    randomWords: function (words) {
      for (let i = 0; i < words.length; i++)
        words[i] = word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    },
  };
  const messages = [];
  const sender = {
    wire: { protocol: 'compact', message: true },
    maxMessageBytes: 65000,
    send: function (message) {
      messages.push(Array.from(message));
      return Promise.resolve();
    },
    close: function () {},
  };
  const reporter = new spoorCore.RemoteReporter(sender, { platform: platform });
  const sampler = new spoorCore.ConstSampler(true);
  const tracer = new spoorCore.Tracer('bare', reporter, sampler, {
    platform: platform,
    traceId128bit: true,
  });

  const span = tracer.startSpan('opération 🦌', { tags: { 'http.status_code': 200, ok: true } });
  span.log({ event: 'seen' });
  const carrier = {};
  tracer.inject(span, 'text_map', carrier);
  check(carrier['uber-trace-id'] === span.context().toString(), 'the carrier has the context');
  const child = tracer.startSpan('child', { childOf: tracer.extract('text_map', carrier) });
  check(child.context().toTraceId() === span.context().toTraceId(), 'one trace');
  child.finish();
  span.finish();
  tracer.flush();

  check(messages.length === 1, 'one message');
  const text = String.fromCharCode.apply(null, messages[0]);
  check(text.indexOf('\x82\x81\x00\x09emitBatch') === 0, 'a compact emitBatch');
  check(text.indexOf('op\xc3\xa9ration \xf0\x9f\xa6\x8c') > 0, 'the name in UTF-8');
  check(text.indexOf('http.status_code') > 0 && text.indexOf('seen') > 0, 'tag and log');
  const stats = tracer.stats();
  check(stats.finished === 2 && stats.sent + stats.waiting === 2, 'every span is counted');
  return 'done';
})();
