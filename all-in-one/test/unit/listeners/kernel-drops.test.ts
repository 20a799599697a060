import { existsSync } from 'node:fs';
import { endianness } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { startUdpReceiver } from '../../../src/index.js';
import { dropsInTable } from '../../../src/listeners/kernel-drops.js';
import { query, received, running } from '../running.js';

const HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
const row = (local: string, drops: number | string): string =>
  ` 1234: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 51234 2 0000000000000000 ${drops}            `;
const table = (...rows: string[]): string => [HEAD, ...rows, ''].join('\n');

describe.runIf(endianness() === 'LE')('the table of the kernel', () => {
  test.each([
    { address: '127.0.0.1', port: 6831, local: '0100007F:1AAF' },
    { address: '0.0.0.0', port: 6832, local: '00000000:1AB0' },
    { address: '192.168.1.20', port: 65_535, local: '1401A8C0:FFFF' },
    { address: '10.0.0.1', port: 80, local: '0100000A:0050' },
    { address: '::', port: 6831, local: '00000000000000000000000000000000:1AAF' },
    { address: '::1', port: 6831, local: '00000000000000000000000001000000:1AAF' },
    { address: 'fe80::1:2%eth0', port: 9, local: '000080FE000000000000000002000100:0009' },
    { address: '::ffff:127.0.0.1', port: 9, local: '0000000000000000FFFF00000100007F:0009' },
    { address: '2001:db8:1:2:3:4:5:6', port: 9, local: 'B80D0120020001000400030006000500:0009' },
  ])('has the drops of $address port $port', ({ address, port, local }) => {
    const others = [row('0100007F:1AAE', 1), row('0200007F:1AAF', 2), row('0100007F:0035', 4)];
    expect(dropsInTable(table(...others, row(local, 2863)), { address, port })).toBe(2863);
    expect(dropsInTable(table(...others), { address, port: port - 1 })).toBe(
      address === '127.0.0.1' ? 1 : undefined,
    );
  });

  test.each([
    ['an empty file', ''],
    ['without rows', table()],
    ['without the column', table(row('0100007F:1AAF', ''))],
    ['of another shape', 'a b c\n\n  \n'],
    ['with another word there', table(row('0100007F:1AAF', 'x'))],
  ])('has none: %s', (_name, text) => {
    const drops = dropsInTable(text, { address: '127.0.0.1', port: 6831 });
    expect(drops === undefined || text.includes('51234')).toBe(true);
    expect(drops).not.toBeNaN();
  });
});

/** Sends datagrams of 60 kB, one after the other, then wakes the thread that waits for `flag`. */
const SENDER = `
  const { workerData: { port, host, count, flag } } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const bytes = Buffer.alloc(60_000);
  let left = count;
  const next = () => {
    if (left-- > 0) return socket.send(bytes, next);
    socket.close();
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  };
  socket.connect(port, host, next);`;

/** Floods a port while this thread, and with it the receiver, does nothing else than wait for the end of the flood. */
function flood(port: number, host: string, count: number): void {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  void new Worker(SENDER, { eval: true, workerData: { port, host, count, flag } });
  Atomics.wait(flag, 0, 0);
}

const COUNT = 400;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe.runIf(existsSync('/proc/net/udp'))('what the kernel drops is counted', () => {
  test.each([
    { listener: 'compact', name: 'udp-compact' },
    { listener: 'binary', name: 'udp-binary' },
  ] as const)('stats and metrics of $name', async ({ listener, name }) => {
    const collector = await running();
    const other = name === 'udp-compact' ? 'udp-binary' : 'udp-compact';
    expect(received(collector, name).kernelDrops).toBe(0);
    const { address, port } = collector.address(listener)!;
    flood(port, address, COUNT);
    const read = (): number => received(collector, name).messages;
    while (read() + received(collector, name).kernelDrops! < COUNT) await turn();
    const { messages, kernelDrops } = received(collector, name);
    expect(kernelDrops).toBeGreaterThan(0);
    expect(messages + kernelDrops!).toBe(COUNT);
    expect(received(collector, other).kernelDrops).toBe(0);
    expect(received(collector, 'otlp-http')).not.toHaveProperty('kernelDrops');
    const metrics = (await query(collector, '/metrics')).text;
    const metric = 'spoor_collector_kernel_drops_total';
    expect(metrics).toContain(`${metric}{receiver="${name}"} ${kernelDrops}\n`);
    expect(metrics).toContain(`${metric}{receiver="${other}"} 0\n`);
    expect(metrics).not.toContain(`${metric}{receiver="otlp-http"}`);
    const receivers = (await query(collector, '/api/stats')).json['data']!['receivers']!;
    expect(receivers).toContainEqual(expect.objectContaining({ name, kernelDrops }));
  });

  test.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('at %s, and after the close', async (host) => {
    const receiver = await startUdpReceiver({ protocol: 'compact', host, onBatch: () => {} });
    const to = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
    flood(receiver.address().port, to, COUNT);
    while (receiver.stats().packets + receiver.kernelDrops()! < COUNT) await turn();
    const drops = receiver.kernelDrops()!;
    expect(drops).toBeGreaterThan(0);
    await receiver.close();
    expect(receiver.kernelDrops()).toBe(drops);
  });
});
