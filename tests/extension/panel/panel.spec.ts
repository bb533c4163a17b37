import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { describe, expect, it } from 'vitest';

import { ClassroomPanel } from '../../../extension/src/panel/panel';
import { Tab } from '../assignments/lab';
import { CannedServer } from '../testing/server';

describe('ClassroomPanel', () => {
  it('has its sections in the document in the order of their ranks, the next step above them', () => {
    const { classroom } = new Tab(new CannedServer({}));
    const panel = new ClassroomPanel(classroom, nullTranslator);
    for (const [label, rank] of [
      ['third', 40],
      ['above', 10],
      ['first', 20],
      ['second', 30]
    ] as const) {
      const section = new Widget();
      section.title.label = label;
      panel.add(section, rank);
    }
    const titles = panel.node.querySelectorAll('.lm-AccordionPanel-title');
    expect([...titles].map(title => title.textContent)).toEqual([
      'first',
      'second',
      'third'
    ]);
    expect(panel.header.widgets.at(-1)?.title.label).toBe('above');
    panel.dispose();
  });
});
