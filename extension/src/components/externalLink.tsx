import { TranslationBundle } from '@jupyterlab/translation';
import { launchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A link that leaves the Lab, in a tab of its own that learns nothing of this one. */
export function ExternalLink(props: {
  trans: TranslationBundle;
  url: string;
  className?: string;
  children: React.ReactNode;
  onOpen?: () => void;
}): React.JSX.Element {
  const { children, className, onOpen, trans, url } = props;
  if (!isWebAddress(url)) {
    return <span className={className}>{children}</span>;
  }
  return (
    <a
      className={className ?? 'jp-llm-external'}
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      onClick={onOpen}
    >
      {children}
      <launchIcon.react className="jp-llm-external-icon" tag="span" />
      <span className="jp-llm-hidden">{trans.__('(opens in a new tab)')}</span>
    </a>
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
