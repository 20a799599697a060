import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** `test.Text` of echo.proto, written as generated code writes it (ts-proto). */
export interface Text {
  value: string;
}

export const Text = {
  encode(message: Text, writer: BinaryWriter = new BinaryWriter()): BinaryWriter {
    if (message.value !== '') writer.uint32(10).string(message.value);
    return writer;
  },

  decode(input: Uint8Array): Text {
    const reader = new BinaryReader(input);
    const message: Text = { value: '' };
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) message.value = reader.string();
      else reader.skip(tag & 7);
    }
    return message;
  },
};

const toBytes = (message: Text): Buffer => Buffer.from(Text.encode(message).finish());
const fromBytes = (bytes: Buffer): Text => Text.decode(bytes);

const codec = {
  requestSerialize: toBytes,
  requestDeserialize: fromBytes,
  responseSerialize: toBytes,
  responseDeserialize: fromBytes,
} as const;

/** `test.Echo` of echo.proto, as ts-proto's `outputServices=grpc-js` writes it. */
export const EchoService = {
  unary: { path: '/test.Echo/Unary', requestStream: false, responseStream: false, ...codec },
  clientStream: {
    path: '/test.Echo/ClientStream',
    requestStream: true,
    responseStream: false,
    ...codec,
  },
  serverStream: {
    path: '/test.Echo/ServerStream',
    requestStream: false,
    responseStream: true,
    ...codec,
  },
  bidi: { path: '/test.Echo/Bidi', requestStream: true, responseStream: true, ...codec },
} as const;
