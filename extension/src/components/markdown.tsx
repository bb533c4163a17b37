import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

const MIME = 'text/markdown';

/** A Markdown text with maths, untrusted, as the Lab renders it; plain until then. */
export function Markdown(props: {
  rendermime: IRenderMimeRegistry;
  text: string;
}): React.JSX.Element {
  const { rendermime, text } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const [ready, setReady] = React.useState(false);

  // Not later: what it made must go while its host is still in the page.
  React.useLayoutEffect(() => {
    setReady(false);
    const renderer = rendermime.createRenderer(MIME);
    const model = rendermime.createModel({ data: { [MIME]: text } });
    let gone = false;
    Widget.attach(renderer, host.current!);
    renderer.renderModel(model).then(
      () => !gone && setReady(true),
      // What cannot be rendered stays as it was written.
      () => undefined
    );
    return () => {
      gone = true;
      renderer.dispose();
    };
  }, [rendermime, text]);

  return (
    <div className="jp-llm-markdown">
      {!ready && <p className="jp-llm-markdown-source">{text}</p>}
      <div ref={host} hidden={!ready} />
    </div>
  );
}
