'use strict';

// The result of require('spoor'): the names of src/index.ts on one plain object. Its properties are writable, because
// tests and applications replace those of jaeger-client. `opentracing` is required, not bundled, so that spoor and the
// application share one globalTracer(). TypeScript and Babel compile `import jaeger from 'spoor'` to a read of
// `default`.
module.exports = { ...require('./names.js'), opentracing: require('opentracing') };
module.exports.default = module.exports;
