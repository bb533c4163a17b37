import * as React from 'react';

/** How much of something is done, as a bar with words beside it. */
export function ProgressBar(props: {
  /** Of what; for those who do not see the bar. */
  label: string;
  /** From 0 to 1. */
  share: number;
  /** Shown beside the bar, such as `3 of 7`. */
  children?: React.ReactNode;
}): React.JSX.Element {
  return (
    <span className="jp-llm-progress">
      <progress aria-label={props.label} max={1} value={props.share} />
      {props.children !== undefined && (
        <span className="jp-llm-progress-words">{props.children}</span>
      )}
    </span>
  );
}
