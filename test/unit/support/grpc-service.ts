import type {
  CallOptions,
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ClientUnaryCall,
  ClientWritableStream,
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  ServiceError,
} from '@grpc/grpc-js';

// The service of the tests, without protobuf: its messages are text.

export type CallType = 'unary' | 'clientStream' | 'serverStream' | 'bidi';
export const CALL_TYPES: readonly CallType[] = ['unary', 'clientStream', 'serverStream', 'bidi'];

/** Handlers of the service in the tests; what is missing echoes. */
export interface Handlers {
  readonly unary?: handleUnaryCall<string, string>;
  readonly clientStream?: handleClientStreamingCall<string, string>;
  readonly serverStream?: handleServerStreamingCall<string, string>;
  readonly bidi?: handleBidiStreamingCall<string, string>;
}

/** The path of each method. */
export const PATHS: Readonly<Record<CallType, string>> = {
  unary: '/test.Echo/Unary',
  clientStream: '/test.Echo/ClientStream',
  serverStream: '/test.Echo/ServerStream',
  bidi: '/test.Echo/Bidi',
};

/** Text in UTF-8; a message that says so cannot be written, or read. */
export const toBytes = (text: string): Buffer => {
  if (text === UNWRITABLE) throw new Error('cannot be written');
  return Buffer.from(text);
};
export const fromBytes = (bytes: Buffer): string => {
  const text = bytes.toString();
  if (text === UNREADABLE) throw new Error('cannot be read');
  return text;
};
export const UNWRITABLE = 'unwritable';
export const UNREADABLE = 'unreadable';

/** Handlers that answer with what they are asked. */
export const ECHO: Required<Handlers> = {
  unary: (call, callback) => callback(null, call.request),
  clientStream: (call, callback) => {
    const parts: string[] = [];
    call.on('data', (part: string) => parts.push(part));
    call.on('end', () => callback(null, parts.join('+')));
  },
  serverStream: (call) => {
    for (const part of call.request.split('+')) call.write(part);
    call.end();
  },
  bidi: (call) => {
    call.on('data', (part: string) => call.write(part));
    call.on('end', () => call.end());
  },
};

export type AnyCall =
  | ClientUnaryCall
  | ClientWritableStream<string>
  | ClientReadableStream<string>
  | ClientDuplexStream<string, string>;

/** The definition of the service in the tests, without protobuf. */
export function serviceDefinition(): Record<
  CallType,
  {
    path: string;
    requestStream: boolean;
    responseStream: boolean;
    requestSerialize: typeof toBytes;
    requestDeserialize: typeof fromBytes;
    responseSerialize: typeof toBytes;
    responseDeserialize: typeof fromBytes;
  }
> {
  const method = (type: CallType) => ({
    path: PATHS[type],
    requestStream: type === 'clientStream' || type === 'bidi',
    responseStream: type === 'serverStream' || type === 'bidi',
    requestSerialize: toBytes,
    requestDeserialize: fromBytes,
    responseSerialize: toBytes,
    responseDeserialize: fromBytes,
  });
  return {
    unary: method('unary'),
    clientStream: method('clientStream'),
    serverStream: method('serverStream'),
    bidi: method('bidi'),
  };
}

/** Begins a call of any type. */
export function beginCall(
  client: Client,
  type: CallType,
  request: string,
  metadata: Metadata,
  options: CallOptions = {},
  callback: (error: ServiceError | null, value?: string) => void = () => undefined,
): AnyCall {
  const path = PATHS[type];
  switch (type) {
    case 'unary':
      return client.makeUnaryRequest(
        path,
        toBytes,
        fromBytes,
        request,
        metadata,
        options,
        callback,
      );
    case 'clientStream':
      return client.makeClientStreamRequest(path, toBytes, fromBytes, metadata, options, callback);
    case 'serverStream':
      return client.makeServerStreamRequest(path, toBytes, fromBytes, request, metadata, options);
    case 'bidi':
      return client.makeBidiStreamRequest(path, toBytes, fromBytes, metadata, options);
  }
}
