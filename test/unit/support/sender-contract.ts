import { describe, expect, test } from 'vitest';
import type { Sender } from '../../../src/core/reporting/sender.js';

/** A sender, and what its other end has got. */
export interface OpenSender {
  readonly sender: Sender;
  /** Resolves once that many messages have arrived. */
  received(count: number): Promise<readonly Uint8Array[]>;
}

/** What the reporter relies on: every `Sender` passes, and so does the fake that other tests trust. */
export function describeSenderContract(name: string, open: () => Promise<OpenSender>): void {
  describe(`${name} is a sender`, () => {
    test('says what it wants, and goes on saying so', async () => {
      const { sender } = await open();
      const { protocol, message } = sender.wire;
      const { maxMessageBytes } = sender;
      expect(['compact', 'binary']).toContain(protocol);
      expect(typeof message).toBe('boolean');
      expect(maxMessageBytes).toBeGreaterThanOrEqual(200);
      await sender.send(new Uint8Array(10));
      expect(sender.wire).toStrictEqual({ protocol, message });
      expect(sender.maxMessageBytes).toBe(maxMessageBytes);
      await sender.close();
    });

    test('messages arrive whole, in order, up to maxMessageBytes', async () => {
      const { sender, received } = await open();
      const messages = [
        Uint8Array.of(1),
        new Uint8Array(sender.maxMessageBytes).map((_, i) => i * 7),
        Uint8Array.of(2, 3),
      ];
      for (const message of messages) {
        expect(await sender.send(message)).toBeUndefined();
      }
      const arrived = await received(messages.length);
      expect(arrived.map((message) => Buffer.from(message).toString('base64'))).toStrictEqual(
        messages.map((message) => Buffer.from(message).toString('base64')),
      );
      await sender.close();
    });

    test('takes a view of a larger buffer for what it is', async () => {
      const { sender, received } = await open();
      await sender.send(Uint8Array.of(9, 9, 4, 5, 9).subarray(2, 4));
      expect([...(await received(1))[0]!]).toStrictEqual([4, 5]);
      await sender.close();
    });

    test('does not hold the message after send: the reporter writes into it', async () => {
      const { sender, received } = await open();
      const message = Uint8Array.of(1, 2, 3);
      await sender.send(message);
      message.fill(0xff);
      expect([...(await received(1))[0]!]).toStrictEqual([1, 2, 3]);
      await sender.close();
    });

    test('close is idempotent, and a send after it rejects with the code closed', async () => {
      const { sender } = await open();
      await sender.send(Uint8Array.of(1));
      await sender.close();
      await sender.close();
      await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({
        name: 'SendError',
        code: 'closed',
      });
    });

    test('where it counts errors, each message that did not leave is one, by its code', async () => {
      const { sender } = await open();
      await sender.send(Uint8Array.of(1));
      const before = sender.sendErrors?.();
      await sender.close();
      for (let i = 0; i < 2; i++) {
        await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'closed' });
      }
      if (sender.sendErrors === undefined) return;
      // What was given out before is a copy.
      expect([before, sender.sendErrors()]).toStrictEqual([{}, { closed: 2 }]);
    });

    test('a sender that was never used closes', async () => {
      const { sender } = await open();
      await sender.close();
      await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
