import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ShownWidget } from '../components/shownWidget';
import { Empty, Failure, Loading } from '../components/state';
import { IContext } from './context';
import { NextStep } from './nextStep';
import { Outline } from './outline';
import { SearchField } from './search/field';
import { SearchModel } from './search/model';

/** A section of the side panel that needs the roadmap; it is asked for when one is shown. */
abstract class RoadmapSection extends ShownWidget {
  constructor(protected readonly context: IContext) {
    super();
    this.addClass('jp-llm-section');
  }

  /** What went wrong, if anything did. */
  protected abstract renderTrouble(): React.JSX.Element | null;

  protected abstract renderSection(): React.JSX.Element;

  protected render(): React.JSX.Element {
    const { standing, trans } = this.context;
    const { roadmap } = standing;
    return (
      <UseSignal signal={standing.changed}>
        {() => (
          <>
            {this.renderTrouble()}
            {standing.record
              ? this.renderSection()
              : !roadmap.error && <Loading trans={trans} />}
          </>
        )}
      </UseSignal>
    );
  }

  protected onShown(shown: boolean): void {
    if (shown) {
      void this.context.standing.roadmap.load();
    }
  }
}

/** What went wrong with the roadmap, or with the last mark. */
function Trouble(props: { context: IContext }): React.JSX.Element {
  const { standing, trans } = props.context;
  const { error, problem } = standing.roadmap;
  return (
    <Failure
      trans={trans}
      message={(error ?? problem)?.message ?? null}
      retry={error ? () => void standing.roadmap.load() : undefined}
    />
  );
}

/** The search field, and what to do next. */
export class NextStepSection extends RoadmapSection {
  constructor(context: IContext) {
    super(context);
    this.title.label = context.trans.__('Next step');
    this._search = new SearchModel(context.standing);
  }

  dispose(): void {
    super.dispose();
    this._search.dispose();
  }

  protected renderTrouble(): React.JSX.Element {
    return <Trouble context={this.context} />;
  }

  protected renderSection(): React.JSX.Element {
    return (
      <SearchField context={this.context} model={this._search}>
        <NextStep context={this.context} />
      </SearchField>
    );
  }

  private _search: SearchModel;
}

/** The roadmap to unfold. */
export class OutlineSection extends RoadmapSection {
  constructor(context: IContext) {
    super(context);
    this.title.label = context.trans.__('Roadmap');
  }

  protected renderTrouble(): React.JSX.Element | null {
    const { standing, trans } = this.context;
    return (
      standing.roadmap.error && (
        <Empty>{trans.__('It could not be read: “Next step” says why.')}</Empty>
      )
    );
  }

  protected renderSection(): React.JSX.Element {
    return <Outline context={this.context} />;
  }
}
