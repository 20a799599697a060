'use strict';
const assert = require('node:assert/strict');

/**
 * The program that every consumer runs (ESM and CommonJS, on each Node.js): it gets the surface of `spoor` as its module
 * system gave it, and the application's own opentracing. It throws, or it is done.
 */
exports.program = function program(spoor, opentracing) {
  assert.equal(spoor.opentracing, opentracing);
  assert.ok(Object.keys(spoor).length > 1);
  // The real program goes here: trace something, look at what arrives.
};
