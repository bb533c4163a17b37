import { Clipboard } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { lateText, localTime } from '../words/times';
import { gradedText, receiptText, sizeText } from './receipt';

interface IProps {
  trans: TranslationBundle;
  receipt: Api.IReceipt;
}

/** What was handed in, when, and what will be graded. */
export function ReceiptView(props: IProps): React.JSX.Element {
  const { trans, receipt } = props;
  const { submitted, id, hash, files, late_seconds } = receipt.submission;
  const late = late_seconds !== null && late_seconds > 0;
  return (
    <div className="jp-llm-receipt">
      <dl>
        <dt>{trans.__('Submitted')}</dt>
        <dd>
          {submitted ? (
            <time dateTime={submitted}>{localTime(submitted)}</time>
          ) : (
            id
          )}
          {late && `, ${lateText(trans, late_seconds)}`}
        </dd>
        <dt>{trans.__('Student')}</dt>
        <dd>{receipt.student}</dd>
        <dt>{trans.__('SHA-256')}</dt>
        <dd>
          <code>{hash}</code>
        </dd>
      </dl>
      <List
        title={trans.__('Files')}
        items={files.map(f => `${f.path} (${sizeText(trans, f.size)})`)}
      />
      <List
        title={trans.__('To be graded')}
        items={receipt.graded.map(notebook => gradedText(trans, notebook))}
      />
      <List
        title={trans.__('Not part of the assignment')}
        items={receipt.not_graded}
      />
      <List title={trans.__('Remarks')} items={receipt.remarks} />
      <CopyButton {...props} />
    </div>
  );
}

function List(props: {
  title: string;
  items: string[];
}): React.JSX.Element | null {
  if (props.items.length === 0) {
    return null;
  }
  return (
    <>
      <h2>{props.title}</h2>
      <ul>
        {props.items.map((item, index) => (
          <li key={index}>{item}</li>
        ))}
      </ul>
    </>
  );
}

function CopyButton({ trans, receipt }: IProps): React.JSX.Element {
  const [copied, setCopied] = React.useState(false);
  const copy = (): void => {
    Clipboard.copyToSystem(receiptText(trans, receipt));
    setCopied(true);
  };
  return (
    <p>
      <button type="button" className="jp-mod-styled" onClick={copy}>
        {trans.__('Copy as text')}
      </button>{' '}
      <span role="status">{copied && trans.__('Copied.')}</span>
    </p>
  );
}
