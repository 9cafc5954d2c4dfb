/**
 * An entity's address without scheme, host, port, query and leading slash: Python and CBS audiences
 * name entities by URL (`amqps://host/queue`), others by path. The spelling is kept.
 */
export function entityPath(address: string): string {
  return address
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "")
    .replace(/\?.*$/, "")
    .replace(/^\/+|\/+$/g, "");
}
