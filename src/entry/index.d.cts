// `module.exports` is the object of names, and has itself as `default`. `export =` declares the first, surface.d.cts
// the second. Without `export =`, node16 resolution would require an extra `.default` (attw reports that).
import * as surface from './surface.cjs';
export = surface;
