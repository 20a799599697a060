import { constantTags, type TagMap } from '../../core/span/constant-tags.js';

/** The four kinds of gRPC methods. */
export type GrpcCallType = 'unary' | 'clientStream' | 'serverStream' | 'bidi';

/** Which method a call is of. */
export interface GrpcMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** `package.Service`. */
  readonly service: string;
  /** `Method`. */
  readonly name: string;
}

/** What the definition of a method says, on either side, in any library. */
export interface MethodDefinition {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** A method, and what is worked out of its definition once. */
export interface MethodInfo extends GrpcMethod, MethodDefinition {
  readonly callType: GrpcCallType;
  /** What its spans start with, in the form that costs a span the least; undefined where that cannot be. */
  readonly constantTags: TagMap | undefined;
}

/**
 * Methods of which one interceptor keeps what it worked out. A program has hundreds at most; a proxy
 * that passes any path on must not grow by them.
 */
const MAX_KNOWN_METHODS = 2000;

/** Works out a method once for all its calls. */
export class MethodTable {
  private readonly known: Map<string, MethodInfo> = new Map();
  private readonly tagsOf: (method: GrpcMethod) => TagMap;

  /** `tagsOf`: the tags that spans of a method start with. */
  constructor(tagsOf: (method: GrpcMethod) => TagMap) {
    this.tagsOf = tagsOf;
  }

  of(definition: MethodDefinition): MethodInfo {
    const known = this.known.get(definition.path);
    if (
      known !== undefined &&
      known.requestStream === definition.requestStream &&
      known.responseStream === definition.responseStream
    ) {
      return known;
    }
    const method = infoOf(definition);
    const info = { ...method, constantTags: constantTags(this.tagsOf(method)) };
    if (this.known.size < MAX_KNOWN_METHODS) this.known.set(info.path, info);
    return info;
  }
}

function infoOf({
  path,
  requestStream,
  responseStream,
}: MethodDefinition): Omit<MethodInfo, 'constantTags'> {
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
