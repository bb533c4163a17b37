import { CodeCell, CodeCellModel } from '@jupyterlab/cells';
import { CodeMirrorEditorFactory } from '@jupyterlab/codemirror';
import {
  MimeModel,
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, screen, within } from '@testing-library/react';
import { Widget } from '@lumino/widgets';
import axe from 'axe-core';
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { countAttempt } from '../../../extension/src/report/facts';
import { REPORT_MIME } from '../../../extension/src/report/parse';
import { reportFactory } from '../../../extension/src/report/renderer';
import { finding, report } from './samples';

const TEXT = 'absmax: Quantize by the largest value';

function registry(): RenderMimeRegistry {
  const rendermime = new RenderMimeRegistry({
    initialFactories: standardRendererFactories
  });
  rendermime.addFactory(reportFactory(nullTranslator.load('llm-classroom')));
  return rendermime;
}

const attached: Widget[] = [];

/** Draw an output as a notebook does: the best type of the bundle, untrusted. */
async function draw(data: unknown): Promise<HTMLElement> {
  const rendermime = registry();
  const bundle = { [REPORT_MIME]: data as never, 'text/plain': TEXT };
  const type = rendermime.preferredMimeType(bundle, 'ensure')!;
  const widget = rendermime.createRenderer(type);
  await act(async () => {
    Widget.attach(widget, document.body);
    await widget.renderModel(new MimeModel({ data: bundle }));
  });
  attached.push(widget);
  return widget.node;
}

afterEach(() => {
  act(() => attached.splice(0).forEach(widget => widget.dispose()));
});

describe('The renderer of reports', () => {
  it('tells state, findings, and what was measured against what was wanted', async () => {
    await draw(report());
    const region = screen.getByRole('group', { name: /^Report/ });
    expect(within(region).getByText('Partly passed')).toBeTruthy();
    const row = screen.getByRole('row', { name: /error/ });
    expect(row.textContent).toContain('12.35 %');
    expect(row.textContent).toContain('at most 5');
    expect(row.dataset.state).toBe('failed');
    expect(screen.getByRole('row', { name: /scale/ }).textContent).toContain('0.5123');
  });

  it('gives a hint on demand, and only for what failed', async () => {
    await draw(
      report({
        findings: [
          finding({ hint: 'Of what passed.' }),
          finding({ passed: false, hint: 'Of what failed.' })
        ]
      })
    );
    expect(screen.queryByText('Of what passed.')).toBeNull();
    const details = screen.getByText('Of what failed.').closest('details')!;
    expect(details.open).toBe(false);
    fireEvent.click(screen.getByText('Hint'));
    expect(details.open).toBe(true);
  });

  it('does not call wrong what was not attempted', async () => {
    const untouched = finding({ passed: false, attempted: false, measured: null });
    const node = await draw(
      report({ state: 'not attempted', findings: [untouched] })
    );
    expect(node.textContent).toContain('Nothing is wrong yet');
    expect(node.textContent).not.toContain('Not yet right');
    expect(screen.getAllByRole('row')[1].dataset.state).toBe('not attempted');
  });

  it('says of a gate that failed that the question earns nothing', async () => {
    const node = await draw(
      report({ state: 'failed', findings: [finding({ gate: true, passed: false })] })
    );
    expect(node.textContent).toContain('Without this the question earns nothing.');
  });

  it('says how many hidden findings remain', async () => {
    const node = await draw(report({ hidden_remaining: 2 }));
    expect(node.textContent).toContain('2 hidden findings remain');
    expect((await draw(report({ hidden_remaining: 1 }))).textContent).toContain(
      '1 hidden finding remains'
    );
  });

  it('says so when all is measured at grading', async () => {
    const node = await draw(
      report({ state: 'at grading', findings: [], hidden_remaining: 3 })
    );
    expect(node.textContent).toContain('At grading');
    expect(node.textContent).toContain('3 hidden findings: all is measured at grading.');
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('shows the plain text beside a malformed report', async () => {
    const node = await draw({ schema: 1, findings: 'none' });
    expect(node.querySelector('pre')!.textContent).toBe(TEXT);
  });

  it('shows markup as text', async () => {
    const evil = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>';
    const node = await draw(
      report({
        title: evil,
        findings: [finding({ name: evil, hint: evil, passed: false, wanted: evil, unit: evil, measured: evil })]
      })
    );
    expect(node.querySelector('img, script')).toBeNull();
    expect(node.textContent).toContain('<img src=x');
    expect('owned' in window).toBe(false);
  });

  it.each<Api.IQuestionReport['state']>([
    'passed',
    'partial',
    'failed',
    'not attempted',
    'ungraded',
    'at grading'
  ])('has nothing that axe objects to when %s', async state => {
    const node = await draw(report({ state, hidden_remaining: 1 }));
    const { violations } = await axe.run(node, {
      runOnly: ['wcag2a', 'wcag2aa', 'best-practice'],
      // jsdom has no layout, and the page around the report is no page of ours.
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } }
    });
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
  });
});

describe('A report in a cell', () => {
  async function cellWith(
    data: Api.IQuestionReport,
    metadata: object = {}
  ): Promise<CodeCell> {
    const rendermime = registry();
    const model = new CodeCellModel();
    model.setMetadata('nbgrader', { grade: true, grade_id: 'absmax', points: 3 });
    Object.entries(metadata).forEach(([k, v]) => model.setMetadata(k, v));
    model.outputs.add({
      output_type: 'display_data',
      data: { [REPORT_MIME]: data as never, 'text/plain': TEXT },
      metadata: {}
    });
    const editors = new CodeMirrorEditorFactory();
    const cell = new CodeCell({
      model,
      rendermime,
      contentFactory: new CodeCell.ContentFactory({
        editorFactory: editors.newInlineEditor.bind(editors)
      }),
      placeholder: false
    });
    await act(async () => {
      Widget.attach(cell.initializeState(), document.body);
      await cell.ready;
    });
    attached.push(cell);
    return cell;
  }

  /** Count one more, and let it be drawn. */
  function attempt(cell: CodeCell): Promise<void> {
    countAttempt(cell.model);
    return new Promise(resolve => setTimeout(resolve, 20));
  }

  it('tells the points that its findings earn, of those of the cell', async () => {
    const { node } = await cellWith(report());
    expect(node.textContent).toContain('1.5 of 3 points');
    expect(node.textContent).not.toContain('for what is seen here');
  });

  it('says that hidden findings share the points', async () => {
    const { node } = await cellWith(report({ hidden_remaining: 2 }));
    expect(node.textContent).toContain('1.5 of 3 points for what is seen here');
  });

  it('earns nothing where a gate failed', async () => {
    const gate = finding({ gate: true, passed: false });
    const { node } = await cellWith(report({ findings: [gate, finding()] }));
    expect(node.textContent).toContain('0 of 3 points');
  });

  it('says what an untouched question is worth, and counts nothing against it', async () => {
    const untouched = finding({ passed: false, attempted: false, measured: null });
    const { node } = await cellWith(
      report({ state: 'not attempted', findings: [untouched] })
    );
    expect(node.textContent).toContain('Worth 3 points');
    expect(node.textContent).not.toContain('0 of');
  });

  it('counts attempts as they are counted in the cell', async () => {
    const cell = await cellWith(report(), { llm_classroom: { hidden_findings: 2 } });
    expect(cell.node.textContent).not.toContain('attempt');
    await act(() => attempt(cell));
    expect(cell.node.textContent).toContain('1 attempt');
    await act(() => attempt(cell));
    expect(cell.node.textContent).toContain('2 attempts');
    expect(cell.model.getMetadata('llm_classroom')).toEqual({
      hidden_findings: 2,
      attempts: 2
    });
  });

  it.each<[unknown, number]>([
    [{ attempts: 1e12 }, 9999],
    [{ attempts: 'many' }, 1],
    [{ attempts: -5 }, 1],
    ['nonsense', 1]
  ])('counts on after %j', (before, after) => {
    const model = new CodeCellModel();
    model.setMetadata('llm_classroom', before);
    countAttempt(model);
    expect(model.getMetadata('llm_classroom')).toEqual({ attempts: after });
  });
});
