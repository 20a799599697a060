'use strict';

// What require('spoor') gives: the names of src/index.ts on one plain object whose properties can be replaced, as tests
// and applications do with jaeger-client's. `opentracing` is the application's own copy, so its globalTracer() is ours.
// `default` is for TypeScript and Babel, which compile `import jaeger from 'spoor'` to a read of it.
module.exports = { ...require('./names.js'), opentracing: require('opentracing') };
module.exports.default = module.exports;
