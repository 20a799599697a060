import { int64, type Protocol, Type } from '../../../../test/fixtures/apache/apache-thrift.js';

/**
 * A batch as no Jaeger client writes it, but Thrift allows it: ids falling, unknown fields, known
 * fields of another type, lists of something else, and one field twice.
 */
export function writeShuffledBatch(p: Protocol): void {
  struct(p, () => {
    field(p, Type.STRING, 4, () => p.writeString('stats are a struct'));
    field(p, Type.I32, 3, () => p.writeI32(1)); // seqNo is an i64
    field(p, Type.LIST, 2, () => {
      p.writeListBegin(Type.STRUCT, 1);
      writeSpan(p);
      p.writeListEnd();
    });
    notStructs(p, 2); // does not undo the spans
    field(p, Type.STRUCT, 1, () => writeProcess(p));
    field(p, Type.BOOL, 300, () => p.writeBool(true));
  });
}

function writeProcess(p: Protocol): void {
  struct(p, () => {
    tags(p, 2);
    notStructs(p, 2);
    field(p, Type.STRING, 1, () => p.writeString('shuffled'));
  });
}

function writeSpan(p: Protocol): void {
  struct(p, () => {
    field(p, Type.MAP, 77, () => {
      p.writeMapBegin(Type.I64, Type.DOUBLE, 1);
      p.writeI64(1);
      p.writeDouble(1);
    });
    field(p, Type.SET, 11, () => {
      p.writeSetBegin(Type.BOOL, 1);
      p.writeBool(true);
    });
    field(p, Type.LIST, 11, () => {
      p.writeListBegin(Type.STRUCT, 1);
      writeLog(p);
      p.writeListEnd();
    });
    notStructs(p, 11);
    tags(p, 10);
    notStructs(p, 10);
    field(p, Type.LIST, 6, () => {
      p.writeListBegin(Type.STRUCT, 1);
      writeReference(p);
      p.writeListEnd();
    });
    notStructs(p, 6);
    for (const id of [9, 8]) field(p, Type.I64, id, () => p.writeI64(id));
    field(p, Type.I32, 7, () => p.writeI32(7));
    field(p, Type.STRING, 5, () => p.writeString('first'));
    field(p, Type.STRING, 5, () => p.writeString('last wins'));
    for (const id of [4, 3, 2, 1]) {
      field(p, Type.I64, id, () => p.writeI64(int64(id === 2 ? 0n : BigInt(id))));
    }
    field(p, Type.I64, -1, () => p.writeI64(1));
  });
}

function writeTag(p: Protocol): void {
  struct(p, () => {
    field(p, Type.BOOL, 5, () => p.writeBool(true));
    field(p, Type.STRING, 3, () => p.writeString('v'));
    field(p, Type.STRUCT, 6, () => struct(p, () => {})); // vLong is an i64
    field(p, Type.I32, 2, () => p.writeI32(0));
    field(p, Type.STRING, 1, () => p.writeString('k'));
  });
}

function writeReference(p: Protocol): void {
  struct(p, () => {
    for (const id of [4, 3, 2]) field(p, Type.I64, id, () => p.writeI64(id));
    field(p, Type.STRING, 1, () => p.writeString('refType is an enum'));
    field(p, Type.I32, 1, () => p.writeI32(0));
  });
}

function writeLog(p: Protocol): void {
  struct(p, () => {
    tags(p, 2);
    notStructs(p, 2);
    field(p, Type.I64, 1, () => p.writeI64(5));
  });
}

function tags(p: Protocol, id: number): void {
  field(p, Type.LIST, id, () => {
    p.writeListBegin(Type.STRUCT, 1);
    writeTag(p);
    p.writeListEnd();
  });
}

/** A list where one of structs belongs. */
function notStructs(p: Protocol, id: number): void {
  field(p, Type.LIST, id, () => {
    p.writeListBegin(Type.I32, 2);
    p.writeI32(1);
    p.writeI32(2);
    p.writeListEnd();
  });
}

function struct(p: Protocol, writeFields: () => void): void {
  p.writeStructBegin('');
  writeFields();
  p.writeFieldStop();
  p.writeStructEnd();
}

function field(p: Protocol, type: number, id: number, writeValue: () => void): void {
  p.writeFieldBegin('', type, id);
  writeValue();
  p.writeFieldEnd();
}
