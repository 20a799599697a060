// Run with the bundled core as `spoorCore`, in a bare VM context and in QuickJS: no host, no clock, no chance.
// Its value must be 'done'.
(function coreScript() {
  if (Object.keys(spoorCore).length === 0) throw new Error('the core is empty');
  // The real script goes here: a tracer on a hand-made platform, whose bytes are looked at.
  return 'done';
})();
