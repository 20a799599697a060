/** Sets an own property, also one called `__proto__`. */
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
