// Whether a request to the admin face was meant for it. A web page somewhere may give its own name the
// address of this machine (DNS rebinding) and would then read the face as if it were its own.

/**
 * Whether a web page could not have chosen that name: an address, a name that public DNS does not
 * have, or one of `names`.
 *
 * @param hostname of the request's URL: lower case, IPv6 in brackets
 */
export function isOwnHost(hostname: string, names: ReadonlySet<string>): boolean {
  return isAddress(hostname) || isPrivateName(hostname) || names.has(hostname);
}

/** URLs hold every form of an IPv4 address as four numbers. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Names without a dot, and those under a top level that only private networks have: RFC 6761, 6762 and
 * 8375, ICANN's `internal`, and Kubernetes' `svc`.
 */
function isPrivateName(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, '').split('.');
  if (labels.length === 1) return true;
  return PRIVATE_TOPS.has(labels.at(-1) ?? '') || labels.slice(-2).join('.') === 'home.arpa';
}

const PRIVATE_TOPS: ReadonlySet<string> = new Set(['localhost', 'local', 'internal', 'svc']);
