import { describe, expect, it } from 'vitest';

import { confine, POLICY } from '../../../extension/src/feedback/confine';

/** What a browser makes of a confined page. */
function shown(html: string): Document {
  return new DOMParser().parseFromString(confine(html), 'text/html');
}

describe('confine', () => {
  it('puts the policy before anything of the page', () => {
    const page = confine('<!DOCTYPE html><html><head><title>x</title></head>');
    expect(page.startsWith('<!DOCTYPE html><meta http-equiv="Content-')).toBe(
      true
    );
    const first = shown('<title>x</title>').head.firstElementChild!;
    expect(first.getAttribute('content')).toBe(POLICY);
  });

  it('keeps text, tables, styles, formulas and embedded pictures', () => {
    const page = shown(
      '<style>p { color: red }</style><table><tr><td>1</td></tr></table>' +
        '<img src="data:image/png;base64,AAAA" alt="a plot"><math><mi>x</mi></math>'
    );
    for (const kept of ['style', 'td', 'img[alt="a plot"]', 'math mi']) {
      expect(page.querySelector(kept), kept).not.toBeNull();
    }
  });

  it('takes away what acts or loads', () => {
    const page = shown(
      '<script>x</script><base href="//evil.example/"><link rel="preconnect" href="//evil.example">' +
        '<meta http-equiv="refresh" content="0; url=//evil.example"><object data="x"></object>' +
        '<embed src="x"><iframe srcdoc="x"></iframe><svg><script>x</script></svg>' +
        '<template><script>x</script></template><p onclick="x" ONMOUSEOVER="x">text</p>'
    );
    const acting = 'script, base, link, object, embed, iframe, template';
    expect(page.querySelectorAll(acting)).toHaveLength(0);
    expect(page.querySelector('[http-equiv="refresh" i]')).toBeNull();
    expect(page.querySelector('p')!.attributes).toHaveLength(0);
  });

  it('lets links lead within the page only, and tells where others led', () => {
    const page = shown(
      '<a id="in" href="#q">in</a><a id="out" href=" https://example.org/x" target="_top" ping="/p">out</a>' +
        '<a id="js" href="javascript:alert(1)">js</a><a id="rel" href="/lab">rel</a>' +
        '<svg><a id="svg" xlink:href="javascript:alert(1)"><text>s</text></a></svg>' +
        '<form id="form" action="/x"><button id="go" formaction="javascript:alert(1)">go</button></form>'
    );
    const attributes = (id: string): string[] =>
      page.getElementById(id)!.getAttributeNames().sort();
    expect(attributes('in')).toEqual(['href', 'id']);
    const inside = page.getElementById('in')!.getAttribute('href');
    expect(inside).toBe('about:srcdoc#q');
    expect(attributes('out')).toEqual(['id', 'title']);
    expect(page.getElementById('out')!.title).toBe('https://example.org/x');
    for (const id of ['js', 'rel', 'svg', 'form', 'go']) {
      expect(attributes(id), id).toEqual(['id']);
    }
  });

  it('bears a page that is cut off, and one that is none', () => {
    expect(shown('<p>a<table><tr><td>b').body.textContent).toContain('b');
    expect(shown('').body.textContent).toBe('');
  });
});
