import { TranslationBundle } from '@jupyterlab/translation';
import { launchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A link that leaves the Lab, in a tab of its own that learns nothing of this one. */
export function ExternalLink(props: {
  trans: TranslationBundle;
  url: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const { children, trans, url } = props;
  if (!isWebAddress(url)) {
    return <span>{children}</span>;
  }
  return (
    <a
      className="jp-llm-external"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
    >
      {children}
      <OpensOutside trans={trans} />
    </a>
  );
}

/** The sign that something leaves the Lab, in words for those who do not see it. */
export function OpensOutside(props: {
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <>
      <launchIcon.react className="jp-llm-external-icon" tag="span" />{' '}
      <span className="jp-llm-visually-hidden">
        {props.trans.__('(opens in a new tab)')}
      </span>
    </>
  );
}

/** Open an address as the link does. */
export function openExternally(url: string): void {
  if (isWebAddress(url)) {
    window.open(url, '_blank', 'noopener,noreferrer');
  }
}

/** An address of the web: no script, no file, nothing relative. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
