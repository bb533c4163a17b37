import { Panel, Widget } from '@lumino/widgets';
import * as React from 'react';
import { describe, expect, it } from 'vitest';

import { ShownWidget } from '../../../extension/src/components/shownWidget';

class Told extends ShownWidget {
  readonly told: boolean[] = [];

  protected onShown(shown: boolean): void {
    this.told.push(shown);
  }

  protected render(): React.JSX.Element {
    return <p />;
  }
}

describe('a widget that is told whether it is seen', () => {
  it('hears nothing while it hangs nowhere or is hidden', () => {
    const widget = new Told();
    widget.hide();
    Widget.attach(widget, document.body);
    Widget.detach(widget);
    expect(widget.told).toEqual([]);
  });

  it('hears of each change once', () => {
    const widget = new Told();
    Widget.attach(widget, document.body);
    widget.hide();
    widget.hide();
    widget.show();
    Widget.detach(widget);
    expect(widget.told).toEqual([true, false, true, false]);
  });

  it('hears what happens to what it lies in', () => {
    const widget = new Told();
    const panel = new Panel();
    panel.addWidget(widget);
    Widget.attach(panel, document.body);
    panel.hide();
    panel.show();
    expect(widget.told).toEqual([true, false, true]);
    panel.dispose();
    expect(widget.told).toEqual([true, false, true, false]);
  });

  it('is seen no longer once it is disposed of', () => {
    const widget = new Told();
    Widget.attach(widget, document.body);
    widget.dispose();
    widget.dispose();
    expect(widget.told).toEqual([true, false]);
  });
});
