import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { decodeMessage } from '../../../all-in-one/src/thrift/jaeger-decoder.js';

/** A UDP socket on this host that keeps what arrives. */
export class Datagrams {
  readonly messages: Uint8Array[] = [];
  private readonly socket: Socket;
  private waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (message) => {
      this.messages.push(message);
      this.waiting = this.waiting.filter(({ count, resolve }) => {
        if (this.messages.length < count) return true;
        resolve();
        return false;
      });
    });
  }

  /** Listens on a free port, or on `port`. */
  static async open(host: string = '127.0.0.1', port: number = 0): Promise<Datagrams> {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    socket.bind(port, host);
    await once(socket, 'listening');
    return new Datagrams(socket);
  }

  get port(): number {
    return (this.socket.address() as AddressInfo).port;
  }

  /** Resolves once that many datagrams have arrived. */
  async wait(count: number): Promise<readonly Uint8Array[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    }
    return this.messages;
  }

  /** Resolves when everything that was sent to it before has arrived. */
  async settle(): Promise<void> {
    const marker = createSocket('udp4');
    const arrived = this.wait(this.messages.length + 1);
    marker.send('marker', this.port, '127.0.0.1');
    for (;;) {
      await arrived;
      const at = this.messages.findIndex((message) => String(message) === 'marker');
      if (at >= 0) {
        this.messages.splice(at, 1);
        break;
      }
      await this.wait(this.messages.length + 1);
    }
    await new Promise<void>((resolve) => marker.close(resolve));
  }

  /** The operation names of all spans, in the order of their arrival. */
  operations(protocol: 'compact' | 'binary' = 'compact'): string[] {
    return this.messages.flatMap((message) =>
      decodeMessage(message, protocol).batch.spans.map(({ operationName }) => operationName),
    );
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }
}

/** A port of this host that nobody listens on. */
export async function refusedPort(): Promise<number> {
  const receiver = await Datagrams.open();
  const { port } = receiver;
  await receiver.close();
  return port;
}
