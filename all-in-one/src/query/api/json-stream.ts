import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Exchange, JSON_TYPE } from '../../http/answer.js';

/** Sends a response piece by piece: it may exceed the longest string, and other requests run in between. */
export async function answerPieces(
  { request, response }: Exchange,
  pieces: Iterable<string>,
): Promise<void> {
  response.writeHead(200, { 'content-type': JSON_TYPE, 'x-content-type-options': 'nosniff' });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (response.write(piece)) await nextTurn();
    else await drained(response);
  }
  response.end();
}

/** Resolves when the client has read what was written, or has disconnected. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
