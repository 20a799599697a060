import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../../support/grpc-certificate.js';
import { COPIES } from '../../support/grpc-copies.js';
import { callWith, closedAfterEach, type GrpcRig } from '../../support/grpc-rig.js';
import { CALL_TYPES } from '../../support/grpc-service.js';
import { RigTracer, tagsOf } from '../../support/grpc-spans.js';

const open = closedAfterEach();

/** The tags of the other end, of the client's span and of the server's. */
async function peers(rig: GrpcRig): Promise<Record<string, unknown>[]> {
  await rig.idle();
  return [rig.outgoing.span, rig.incoming.span].map((span) =>
    Object.fromEntries(Object.entries(tagsOf(span)).filter(([key]) => key.startsWith('peer.'))),
  );
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  test('over a Unix socket the client knows the path, and the server nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spoor-'));
    try {
      const path = join(folder, 'users.sock');
      const rig = await open(copy, { address: `unix:${path}` });
      expect((await rig.call('unary')).error).toBeUndefined();
      expect(await peers(rig)).toStrictEqual([{ 'peer.address': path }, {}]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('over IPv6 both know address and port', async () => {
    const rig = await open(copy, { address: '[::1]:0' });
    expect((await rig.call('unary')).error).toBeUndefined();
    const [server, client] = await peers(rig);
    const port = Number(rig.target.split(':').at(-1));
    expect(server).toStrictEqual({
      'peer.address': rig.target,
      'peer.ipv6': '::1',
      'peer.port': port,
    });
    expect(client).toMatchObject({ 'peer.ipv6': '::1', 'peer.port': expect.any(Number) });
  });

  test('over TLS calls of all types are traced', async () => {
    const { ServerCredentials, credentials, Client, Metadata } = copy.grpc;
    const { key, certificate } = selfSignedCertificate();
    const rig = await open(copy, {
      serverCredentials: ServerCredentials.createSsl(null, [
        { private_key: key, cert_chain: certificate },
      ]),
    });
    const traced = new RigTracer('client');
    const client = new Client(rig.target, credentials.createSsl(certificate), {
      'grpc.ssl_target_name_override': 'localhost',
      ...copy.tracing.tracedClientOptions({ tracer: traced.tracer }),
    });
    for (const type of CALL_TYPES) {
      const metadata = new Metadata();
      const answer = await callWith(copy, client, type, 'a+b', { metadata });
      expect(answer.values.join('+')).toBe('a+b');
    }
    client.close();
    await traced.idle();
    await rig.incoming.idle();
    expect(rig.incoming.spans.map((span) => span.context().parentIdStr)).toStrictEqual(
      traced.spans.map((span) => span.context().spanIdStr),
    );
    expect(tagsOf(traced.spans[0]!)).toMatchObject({ 'peer.address': rig.target });
  });
});
