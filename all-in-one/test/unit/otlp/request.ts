import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/*
 * An ExportTraceServiceRequest with all that there is in one, as JSON and as protobuf. The field numbers
 * are those of opentelemetry-proto, written down here once more.
 */

const text = (value: string) => ({ stringValue: value });

/** In protobuf's JSON. */
export const REQUEST = {
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: text('otlp-service') },
          { key: 'host.name', value: text('h') },
        ],
        droppedAttributesCount: 1,
      },
      schemaUrl: 'https://schema',
      scopeSpans: [
        {
          scope: {
            name: 'lib',
            version: '1.2',
            attributes: [{ key: 'sa', value: text('x') }],
            droppedAttributesCount: 7,
          },
          spans: [
            {
              traceId: '0000000000000000a1b2c3d4e5f60718',
              spanId: '00000000000000aa',
              parentSpanId: '00000000000000ff',
              traceState: 'k=v',
              flags: 257,
              name: 'root',
              kind: 2,
              startTimeUnixNano: '1700000000000001999',
              endTimeUnixNano: '1700000000002003998',
              attributes: [
                { key: 's', value: text('v') },
                { key: 'i', value: { intValue: '-9223372036854775808' } },
                { key: 'd', value: { doubleValue: 1.5 } },
                { key: 'b', value: { boolValue: false } },
                { key: 'by', value: { bytesValue: 'AAH/' } },
                {
                  key: 'arr',
                  value: { arrayValue: { values: [text('a<b>'), { intValue: '2' }, {}] } },
                },
                {
                  key: 'kv',
                  value: {
                    kvlistValue: {
                      values: [
                        { key: 'z', value: text('y') },
                        { key: 'n', value: { kvlistValue: {} } },
                      ],
                    },
                  },
                },
                { key: 'empty', value: {} },
              ],
              droppedAttributesCount: 3,
              events: [
                {
                  timeUnixNano: '1700000000000002500',
                  name: 'ev',
                  attributes: [{ key: 'a', value: { intValue: '1' } }],
                  droppedAttributesCount: 4,
                },
              ],
              droppedEventsCount: 5,
              links: [
                {
                  traceId: '0af7651916cd43dd8448eb211c80319c',
                  spanId: 'b7ad6b7169203331',
                  traceState: 'l=1',
                  attributes: [{ key: 'la', value: text('x') }],
                  droppedAttributesCount: 8,
                  flags: 1,
                },
              ],
              droppedLinksCount: 6,
              status: { code: 2, message: 'boom' },
            },
          ],
        },
      ],
    },
  ],
};

type Message = Readonly<Record<string, unknown>>;
type Write = (w: BinaryWriter, value: never) => void;

/** How each field of a message is written: its number, and its type. */
type Fields = Readonly<Record<string, readonly [number: number, write: Write]>>;

const bytes = (w: BinaryWriter, number: number, value: Uint8Array): void =>
  void w.tag(number, WireType.LengthDelimited).bytes(value);

const string = (number: number): Fields[string] => [
  number,
  (w, value: string) => void w.tag(number, WireType.LengthDelimited).string(value),
];
const hexBytes = (number: number): Fields[string] => [
  number,
  (w, value: string) => bytes(w, number, Buffer.from(value, 'hex')),
];
const varint = (number: number): Fields[string] => [
  number,
  (w, value: number) => void w.tag(number, WireType.Varint).uint32(value),
];
const fixed64 = (number: number): Fields[string] => [
  number,
  (w, value: string) => void w.tag(number, WireType.Bit64).fixed64(value),
];
const fixed32 = (number: number): Fields[string] => [
  number,
  (w, value: number) => void w.tag(number, WireType.Bit32).fixed32(value),
];
const message = (number: number, fields: () => Fields): Fields[string] => [
  number,
  (w, value: Message | readonly Message[]) => {
    for (const one of Array.isArray(value) ? (value as Message[]) : [value as Message]) {
      bytes(w, number, encodeMessage(fields(), one));
    }
  },
];

const ANY_VALUE: Fields = {
  stringValue: string(1),
  boolValue: [2, (w, value: boolean) => void w.tag(2, WireType.Varint).bool(value)],
  intValue: [3, (w, value: string) => void w.tag(3, WireType.Varint).int64(value)],
  doubleValue: [4, (w, value: number) => void w.tag(4, WireType.Bit64).double(value)],
  arrayValue: message(5, () => ({ values: message(1, () => ANY_VALUE) })),
  kvlistValue: message(6, () => ({ values: message(1, () => KEY_VALUE) })),
  bytesValue: [7, (w, value: string) => bytes(w, 7, Buffer.from(value, 'base64'))],
};
const KEY_VALUE: Fields = { key: string(1), value: message(2, () => ANY_VALUE) };
const attributes = (number: number): Fields[string] => message(number, () => KEY_VALUE);

const EVENT: Fields = {
  timeUnixNano: fixed64(1),
  name: string(2),
  attributes: attributes(3),
  droppedAttributesCount: varint(4),
};
const LINK: Fields = {
  traceId: hexBytes(1),
  spanId: hexBytes(2),
  traceState: string(3),
  attributes: attributes(4),
  droppedAttributesCount: varint(5),
  flags: fixed32(6),
};
const SPAN: Fields = {
  traceId: hexBytes(1),
  spanId: hexBytes(2),
  traceState: string(3),
  parentSpanId: hexBytes(4),
  name: string(5),
  kind: varint(6),
  startTimeUnixNano: fixed64(7),
  endTimeUnixNano: fixed64(8),
  attributes: attributes(9),
  droppedAttributesCount: varint(10),
  events: message(11, () => EVENT),
  droppedEventsCount: varint(12),
  links: message(13, () => LINK),
  droppedLinksCount: varint(14),
  status: message(15, () => ({ message: string(2), code: varint(3) })),
  flags: fixed32(16),
};
const SCOPE_SPANS: Fields = {
  scope: message(1, () => ({
    name: string(1),
    version: string(2),
    attributes: attributes(3),
    droppedAttributesCount: varint(4),
  })),
  spans: message(2, () => SPAN),
  schemaUrl: string(3),
};
const RESOURCE_SPANS: Fields = {
  resource: message(1, () => ({ attributes: attributes(1), droppedAttributesCount: varint(2) })),
  scopeSpans: message(2, () => SCOPE_SPANS),
  schemaUrl: string(3),
};
const EXPORT_REQUEST: Fields = { resourceSpans: message(1, () => RESOURCE_SPANS) };

function encodeMessage(fields: Fields, value: Message): Uint8Array {
  const w = new BinaryWriter();
  for (const [name, part] of Object.entries(value)) fields[name]![1](w, part as never);
  return w.finish();
}

/** A request in JSON, as protobuf. */
export function protobufOf(request: object): Uint8Array {
  return encodeMessage(EXPORT_REQUEST, request as Message);
}

/** One message of `AnyValue` that nests so deep, as protobuf. */
export function deepValue(depth: number): object {
  let value: object = text('deep');
  for (let i = 0; i < depth; i++) value = { arrayValue: { values: [value] } };
  return value;
}

/** A request of one span that has these attributes. */
export function requestOf(attributeValue: object, span: object = {}): typeof REQUEST {
  const [resource] = REQUEST.resourceSpans;
  const [scope] = resource!.scopeSpans;
  const one = {
    ...scope!.spans[0]!,
    attributes: [{ key: 'k', value: attributeValue }],
    ...span,
  };
  return {
    resourceSpans: [{ ...resource!, scopeSpans: [{ ...scope!, spans: [one] }] }],
  } as typeof REQUEST;
}
