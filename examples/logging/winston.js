import { spanLogFields } from 'spoor';
import winston from 'winston';
import { handleOrders } from './order.js';

/**
 * Winston reads `defaultMeta` when a line is logged, in the async context of the span. A format works, too,
 * until the logger's stream is full: from then on formats run later, in another async context.
 */
const defaultMeta = {
  get trace_id() {
    return spanLogFields().trace_id;
  },
  get span_id() {
    return spanLogFields().span_id;
  },
  get sampled() {
    return spanLogFields().sampled;
  },
};

await handleOrders(
  winston.createLogger({
    defaultMeta,
    format: winston.format.json(),
    transports: [new winston.transports.Console()],
  }),
);
