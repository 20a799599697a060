import { constantTags, type TagMap } from '../../core/span/constant-tags.js';

/** Call type of a gRPC method: which sides send a stream of messages. */
export type GrpcCallType = 'unary' | 'clientStream' | 'serverStream' | 'bidi';

/** Names of a gRPC method. */
export interface GrpcMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** `package.Service`. */
  readonly service: string;
  /** `Method`. */
  readonly name: string;
}

/** Definition of a gRPC method: the fields that all libraries have in common. */
export interface GrpcMethodDefinition {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** A method with the values derived from its definition. */
export interface MethodInfo extends GrpcMethod, GrpcMethodDefinition {
  readonly callType: GrpcCallType;
  /**
   * Start tags of its spans, encoded once (see `constantTags`). Undefined if a tag value cannot be
   * encoded in advance.
   */
  readonly constantTags: TagMap | undefined;
}

/**
 * Maximum number of methods in the cache of one interceptor. A program has hundreds at most, but a
 * proxy that forwards any path must not grow without bound.
 */
const MAX_CACHED_METHODS = 2000;

/** Derives the values of a method once, for all its calls. */
export class MethodTable {
  private readonly cache: Map<string, MethodInfo> = new Map();
  private readonly startTagsOf: (method: GrpcMethod) => TagMap;

  /** `startTagsOf` makes the start tags for spans of a method. */
  constructor(startTagsOf: (method: GrpcMethod) => TagMap) {
    this.startTagsOf = startTagsOf;
  }

  of(definition: GrpcMethodDefinition): MethodInfo {
    const cached = this.cache.get(definition.path);
    if (
      cached !== undefined &&
      cached.requestStream === definition.requestStream &&
      cached.responseStream === definition.responseStream
    ) {
      return cached;
    }
    const method = infoOf(definition);
    const info = { ...method, constantTags: constantTags(this.startTagsOf(method)) };
    if (this.cache.size < MAX_CACHED_METHODS) this.cache.set(info.path, info);
    return info;
  }
}

function infoOf({
  path,
  requestStream,
  responseStream,
}: GrpcMethodDefinition): Omit<MethodInfo, 'constantTags'> {
  const slash = path.lastIndexOf('/');
  return {
    path,
    service: path.slice(path.startsWith('/') ? 1 : 0, Math.max(slash, 0)),
    name: path.slice(slash + 1),
    requestStream,
    responseStream,
    callType: callTypeOf(requestStream, responseStream),
  };
}

function callTypeOf(requestStream: boolean, responseStream: boolean): GrpcCallType {
  if (requestStream) return responseStream ? 'bidi' : 'clientStream';
  return responseStream ? 'serverStream' : 'unary';
}
