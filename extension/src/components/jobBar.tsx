import * as React from 'react';

import { Api } from '../api';

/** How far a job is, as a bar; one that moves to and fro before that is known. */
export function JobBar(props: {
  job: Api.IJob | null;
  /** For those who do not see the bar. */
  label: string;
}): React.JSX.Element {
  const { job, label } = props;
  return (
    <progress
      aria-label={label}
      max={job?.total || undefined}
      value={job?.total ? job.done : undefined}
    />
  );
}
