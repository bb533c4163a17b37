import * as React from 'react';

import { Api } from '../../api';
import { restoreFile } from '../flows';
import { IShared } from '../shared';
import { endText, fileText } from '../words';
import { Table } from './table';

interface IProps {
  shared: IShared;
  assignment: Api.IAssignment;
  detail: Api.IAssignmentDetail;
}

type File = Api.IAssignmentDetail['files'][number];

/** The folder's files against the release, and the way back. */
export function Files(props: IProps): React.JSX.Element | null {
  const { shared, assignment, detail } = props;
  const { trans } = shared.classroom;
  if (assignment.folder === null) {
    return null;
  }
  const outcome = shared.actions.outcome(assignment);
  return (
    <section>
      <h2>{trans.__('Files')}</h2>
      <p className="jp-llm-assignment-remark">
        {trans.__('In %1, against what was fetched.', assignment.folder)}
      </p>
      {outcome?.restored && (
        // Read aloud where the activity is told.
        <p className="jp-llm-assignment-done">{endText(trans, outcome)}</p>
      )}
      <Table
        caption={trans.__('Files of %1', assignment.title)}
        columns={[trans.__('File'), trans.__('State'), trans.__('Action')]}
      >
        <tbody>
          {detail.files.map(file => (
            <FileRow key={file.path} {...props} file={file} />
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function FileRow(props: IProps & { file: File }): React.JSX.Element {
  const { shared, assignment, file } = props;
  const { trans } = shared.classroom;
  const isBroken = file.state === 'missing' || file.state === 'damaged';
  return (
    <tr>
      <th scope="row">{file.path}</th>
      <td>
        <span className={isBroken ? 'jp-llm-assignment-state jp-mod-attention' : ''}>
          {fileText(trans, file.state)}
        </span>
      </td>
      <td>
        {isRestorable(assignment, file) && (
          <button
            type="button"
            className={`jp-mod-styled jp-llm-assignment-small ${isBroken ? 'jp-mod-accept' : ''}`}
            aria-label={trans.__('Restore %1', file.path)}
            onClick={() => void restoreFile(shared, assignment, file)}
          >
            {trans.__('Restore')}
          </button>
        )}
      </td>
    </tr>
  );
}

/** Whether the release has it, so that it can be put back. */
function isRestorable(a: Api.IAssignment, { path, state }: File): boolean {
  if (state === 'damaged' && a.described) {
    // A notebook of the student's own can be damaged, too.
    return a.notebooks.some(({ name }) => path === `${name}.ipynb`);
  }
  return state !== 'unchanged' && state !== 'added';
}
