/** What a page may load: its own styles, and pictures and fonts that are in it. */
export const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; " +
  "form-action 'none'; base-uri 'none'";

/**
 * Elements that would act or load something. The frame's sandbox and the policy stop them all but
 * the links to other servers, which browsers may look up before anybody asks for the page.
 */
const ACTING =
  'script, base, link, meta, object, embed, applet, iframe, frame, frameset, portal, template';

const ADDRESSES = ['href', 'xlink:href', 'action', 'formaction', 'ping', 'target'];

/**
 * Make a page fit for a frame with an empty `sandbox`: the policy stands before anything of the
 * page, what acts is gone, and a link leads nowhere but within the page. Where it led is told by
 * its title, since in a frame without rights it could not be followed.
 */
export function confine(html: string): string {
  // A document of the parser runs nothing, loads nothing and is never shown.
  const page = new DOMParser().parseFromString(html, 'text/html');
  page.querySelectorAll(ACTING).forEach(element => element.remove());
  page.querySelectorAll('*').forEach(element => {
    for (const name of element.getAttributeNames()) {
      if (name.toLowerCase().startsWith('on')) {
        element.removeAttribute(name);
      }
    }
    disarm(element);
  });
  return (
    '<!DOCTYPE html>' +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    '<meta charset="utf-8">' +
    page.documentElement.outerHTML
  );
}

function disarm(element: Element): void {
  const address = element.getAttribute('href')?.trim() ?? '';
  ADDRESSES.forEach(name => element.removeAttribute(name));
  if (address.startsWith('#')) {
    // Written out, since `#x` alone would be one of the Lab's addresses.
    element.setAttribute('href', `about:srcdoc${address}`);
  } else if (/^https?:/i.test(address)) {
    element.setAttribute('title', address);
  }
}
