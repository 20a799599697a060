import { spanLogFields } from 'spoor';
import winston from 'winston';
import { handleOrders } from './order.js';

/**
 * Winston reads `defaultMeta` where a line is written. A format would do as well, until the logger's
 * stream is full: then it runs later, and elsewhere.
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
