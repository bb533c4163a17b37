import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** Nothing is there, and why. */
export function Empty(props: { children: React.ReactNode }): React.JSX.Element {
  return <p className="jp-llm-state">{props.children}</p>;
}

/** Something is on its way. */
export function Loading(props: {
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <p className="jp-llm-state" role="status">
      {props.trans.__('Loading…')}
    </p>
  );
}

/** What went wrong, and a way to go on; it is there without a message, to be heard when one comes. */
export function Failure(props: {
  trans: TranslationBundle;
  message: string | null;
  retry?: () => void;
}): React.JSX.Element {
  const { message, retry, trans } = props;
  return (
    <div role="alert">
      {message && (
        <p className="jp-llm-state jp-llm-problem">
          {message}{' '}
          {retry && (
            <button className="jp-llm-link" type="button" onClick={retry}>
              {trans.__('Try again')}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
