import { pino } from 'pino';
import { spanLogFields } from 'spoor';
import { handleOrders } from './order.js';

// pino calls the mixin when a line is logged, in the async context of the span.
await handleOrders(pino({ mixin: () => spanLogFields() }));
