import * as grpc from '@grpc/grpc-js';

/** Adds the session's token to each call, if there is one. */
export function authClientInterceptor(session) {
  return (options, nextCall) =>
    new grpc.InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        if (session.token) metadata.set('authorization', `Bearer ${session.token}`);
        next(metadata, listener);
      },
    });
}

/** Rejects calls without a valid token, except calls to `openPaths`. */
export function authServerInterceptor(isValid, openPaths) {
  return (method, call) => {
    if (openPaths.includes(method.path)) return new grpc.ServerInterceptingCall(call);
    const onReceiveMetadata = (metadata, next) => {
      const token = String(metadata.get('authorization')[0] ?? '').replace('Bearer ', '');
      if (isValid(token)) next(metadata);
      else call.sendStatus({ code: grpc.status.UNAUTHENTICATED, details: 'log in first' });
    };
    return new grpc.ServerInterceptingCall(call, { start: (next) => next({ onReceiveMetadata }) });
  };
}
