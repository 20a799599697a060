import jaeger, * as spoor from 'spoor';
import opentracing from 'opentracing';
import body from './program-body.cjs';

await body.program(jaeger, opentracing);
await body.program(spoor, opentracing);
