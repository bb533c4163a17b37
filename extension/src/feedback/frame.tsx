import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { confine } from './confine';

const HEIGHT = { min: 200, max: 2000, step: 100, start: 600 };

/** A feedback page itself, asked for when it is unfolded, in a frame without any rights. */
export function PageFrame(props: {
  notebook: string;
  load: () => Promise<string>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { notebook, load, trans } = props;
  const [html, setHtml] = React.useState<string | null>(null);
  const [problem, setProblem] = React.useState('');
  const asked = React.useRef(false);
  const onToggle = (event: React.SyntheticEvent<HTMLDetailsElement>): void => {
    if (!event.currentTarget.open || asked.current) {
      return;
    }
    asked.current = true;
    setProblem('');
    load().then(
      page => setHtml(confine(page)),
      error => {
        // To unfold it again is to ask again.
        asked.current = false;
        setProblem(String(error?.message ?? error));
      }
    );
  };
  return (
    <details className="jp-llm-feedback-page" onToggle={onToggle}>
      <summary>{trans.__('The graded notebook: %1', notebook)}</summary>
      <div role="status">
        {problem || (html === null && trans.__('Reading the page…'))}
      </div>
      {html !== null && <Frame html={html} notebook={notebook} trans={trans} />}
    </details>
  );
}

function Frame(props: {
  html: string;
  notebook: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { html, notebook, trans } = props;
  const [height, setHeight] = React.useState(HEIGHT.start);
  return (
    <>
      <p>
        <label>
          {trans.__('Height')}{' '}
          <input
            type="range"
            min={HEIGHT.min}
            max={HEIGHT.max}
            step={HEIGHT.step}
            value={height}
            onChange={event => setHeight(Number(event.target.value))}
          />
        </label>{' '}
        {trans.__(
          'Nothing on this page runs, and links to elsewhere lead nowhere: point at one to read its address.'
        )}
      </p>
      {/* No rights at all: no scripts, forms, pop-ups or navigation, and an origin of its own. */}
      <iframe
        sandbox=""
        referrerPolicy="no-referrer"
        srcDoc={html}
        style={{ height }}
        title={trans.__('The graded notebook: %1', notebook)}
      />
    </>
  );
}
