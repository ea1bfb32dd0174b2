// Glance's attribute names (`os_hash_value`) and ImageApi's (`osHashValue`).

/** A name that would not come back the same is left as it is. */
export function camelName(name: string): string {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return glanceName(camel) === name ? camel : name;
}

export function glanceName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
