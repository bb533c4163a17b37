import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { Failure, Loading } from '../components/state';
import { IContext } from './context';
import { NextStep } from './nextStep';
import { Outline } from './outline';
import { SearchField } from './search/field';
import { SearchModel } from './search/model';

/** A section of the side panel that needs the roadmap; it is asked for when one is shown. */
abstract class RoadmapSection extends ReactWidget {
  constructor(protected readonly context: IContext) {
    super();
    this.addClass('jp-llm-section');
  }

  /** Whether it is the one that tells what went wrong aloud. */
  protected abstract readonly isFirst: boolean;

  protected abstract renderSection(): React.JSX.Element;

  protected render(): React.JSX.Element {
    const { standing, trans } = this.context;
    const { roadmap } = standing;
    return (
      <UseSignal signal={standing.changed}>
        {() => (
          <>
            {roadmap.error && (
              <Failure
                trans={trans}
                message={roadmap.error.message}
                retry={() => void roadmap.load()}
                quiet={!this.isFirst}
              />
            )}
            {roadmap.problem && this.isFirst && (
              <Failure trans={trans} message={roadmap.problem.message} />
            )}
            {standing.record
              ? this.renderSection()
              : !roadmap.error && <Loading trans={trans} />}
          </>
        )}
      </UseSignal>
    );
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this.context.standing.roadmap.load();
    }
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.context.standing.roadmap.load();
  }
}

/** The search field, and what to do next. */
export class NextStepSection extends RoadmapSection {
  protected readonly isFirst = true;

  constructor(context: IContext) {
    super(context);
    this.title.label = context.trans.__('Next step');
    this._search = new SearchModel(context.standing);
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._search.dispose();
    }
    super.dispose();
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
  protected readonly isFirst = false;

  constructor(context: IContext) {
    super(context);
    this.title.label = context.trans.__('Roadmap');
  }

  protected renderSection(): React.JSX.Element {
    return <Outline context={this.context} />;
  }
}
