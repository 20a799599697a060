import { pino } from 'pino';
import { spanLogFields } from 'spoor';
import { handleOrders } from './order.js';

// pino asks the mixin where a line is written: in the asynchronous context of the span.
await handleOrders(pino({ mixin: () => spanLogFields() }));
