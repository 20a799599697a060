import jaeger, * as spoor from 'spoor';
import opentracing from 'opentracing';
import body from './program-body.cjs';

body.program(jaeger, opentracing);
body.program(spoor, opentracing);
