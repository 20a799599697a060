'use strict';
const spoor = require('spoor');
const { program } = require('./program-body.cjs');

program(spoor, require('opentracing'));
