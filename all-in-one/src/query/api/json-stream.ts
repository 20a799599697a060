import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Exchange, JSON_TYPE } from '../../http/answer.js';

/** Sends an answer piece by piece: it may be longer than a text can be, and others get their turn. */
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

/** Resolves when the reader took what was written, or went away. */
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
