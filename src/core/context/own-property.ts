/** Sets an own property. For the key `__proto__` an assignment would set the prototype instead. */
export function setOwn<V>(target: Record<string, V>, key: string, value: V): void {
  if (key !== '__proto__') {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
