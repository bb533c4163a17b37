import { Widget } from '@lumino/widgets';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';

import { MapModel } from '../../../extension/src/roadmap/map/model';
import { RoadmapMap } from '../../../extension/src/roadmap/map/widget';
import { Refusal } from '../testing/server';
import { assignment, graded } from './course';
import { ILab, lab, loadedLab } from './lab';

const open: Widget[] = [];

async function map(
  ...args: Parameters<typeof lab>
): Promise<ILab & { model: MapModel; widget: RoadmapMap }> {
  const made = await loadedLab(...args);
  const model = new MapModel();
  const widget = new RoadmapMap(made.context, model);
  open.push(widget);
  Widget.attach(widget, document.body);
  await waitFor(() => expect(widget.node.childElementCount).toBeGreaterThan(0));
  return { ...made, model, widget };
}

afterEach(() => {
  for (const widget of open.splice(0)) {
    widget.dispose();
  }
});

function node(title: string): HTMLElement {
  return screen
    .getByText(title, { selector: '.jp-llm-node-title' })
    .closest('button')!;
}

describe('the map', () => {
  it('has a button for every topic and notebook, with its state in words', async () => {
    await map([
      graded('done', 9, { topics: ['s3'], seed_notebooks: ['n1'] }),
      assignment('begun', { topics: ['s2'], folder: 'begun' })
    ]);
    await screen.findByText('The basics');
    expect(node('Topic s3').textContent).toContain('Done');
    expect(node('Topic s2').textContent).toContain('Next');
    expect(node('Topic b1').textContent).toContain('Not begun');
    expect(node('Notebook n1').textContent).toContain('Done');
    expect(node('Notebook n2').textContent).toContain('No assignment');
    expect(document.querySelectorAll('button[data-node]')).toHaveLength(8);
    expect(
      document.querySelectorAll('button[data-node]:disabled')
    ).toHaveLength(0);
  });

  it('shows the details of a topic, and closes them where they were opened', async () => {
    const { model } = await map();
    await screen.findByText('The basics');
    fireEvent.click(node('Topic b2'));
    const details = await screen.findByLabelText('Details: Topic b2');
    expect(model.selected).toEqual({ kind: 'topic', id: 'b2' });
    expect(node('Topic b2').getAttribute('aria-pressed')).toBe('true');
    await within(details).findByText('To read: 0 of 3 done');
    await within(details).findByText('Step of b2');
    await waitFor(() => expect(document.activeElement?.tagName).toBe('H3'));
    fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(node('Topic b2')));
    expect(screen.queryByLabelText('Details: Topic b2')).toBeNull();
  });

  it('leads from a topic to its notebook and back', async () => {
    await map([assignment('a', { topics: ['b1'], seed_notebooks: ['n1'] })]);
    await screen.findByText('The basics');
    fireEvent.click(node('Topic b1'));
    const details = await screen.findByLabelText('Details: Topic b1');
    expect(node('Notebook n1').className).toContain('jp-mod-related');
    fireEvent.click(within(details).getByText('Notebook n1'));
    const notebook = await screen.findByLabelText('Details: Notebook n1');
    await within(notebook).findByText('Assignment a');
    fireEvent.click(within(notebook).getByText('Topic b1'));
    await screen.findByLabelText('Details: Topic b1');
  });

  it('grows and shrinks by buttons, keys and wheel', async () => {
    const { model } = await map();
    await screen.findByText('The basics');
    model.zoom = 1;
    fireEvent.click(screen.getByRole('button', { name: 'Larger' }));
    expect(model.zoom).toBeCloseTo(1.2);
    await screen.findByText('120%');
    const region = screen.getByLabelText('Map of the roadmap');
    fireEvent.keyDown(region, { key: '-' });
    expect(model.zoom).toBeCloseTo(1);
    fireEvent.keyDown(region, { key: '+' });
    expect(model.zoom).toBeCloseTo(1.2);
    fireEvent.wheel(region, { deltaY: 100, ctrlKey: true });
    expect(model.zoom).toBeCloseTo(1);
    fireEvent.wheel(region, { deltaY: 100 });
    fireEvent.keyDown(region, { key: '-', ctrlKey: true });
    expect(model.zoom).toBeCloseTo(1);
  });

  it('moves from node to node by arrow keys', async () => {
    await map();
    await screen.findByText('The basics');
    node('Topic b1').focus();
    fireEvent.keyDown(node('Topic b1'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(node('Topic b2'));
    fireEvent.keyDown(node('Topic b2'), { key: 'ArrowRight' });
    expect(document.activeElement).toBe(node('Topic s2'));
  });

  it('draws a mark at once', async () => {
    await map();
    await screen.findByText('The basics');
    fireEvent.click(node('Topic s1'));
    fireEvent.click(
      await screen.findByRole('checkbox', { name: '“Title of s1.r1” is read' })
    );
    await waitFor(() => expect(node('Topic s1').textContent).toContain('Done'));
    await screen.findByText('2 of 5 topics done');
  });

  it('stands a selection that the roadmap does not have', async () => {
    const { model } = await map();
    await screen.findByText('The basics');
    model.selected = { kind: 'topic', id: 'gone' };
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(node('Topic b1')).toBeTruthy();
    expect(document.querySelector('.jp-llm-details')).toBeNull();
  });

  it('tells what went wrong', async () => {
    await map([], { 'GET /roadmap': new Refusal(500, { message: 'Broken.' }) });
    expect((await screen.findByRole('alert')).textContent).toContain('Broken.');
  });

  it('lets the courses be read while it is shown, and only then', async () => {
    const { server, widget } = await map();
    const asked = (): number =>
      server.requests.filter(each => each === 'GET /courses').length;
    await waitFor(() => expect(asked()).toBe(2));
    widget.hide();
    widget.show();
    await waitFor(() => expect(asked()).toBe(3));
  });

  it('has nothing that axe finds', async () => {
    await map([graded('done', 9, { topics: ['s3'], seed_notebooks: ['n1'] })]);
    await screen.findByText('The basics');
    fireEvent.click(node('Topic b1'));
    await screen.findByLabelText('Details: Topic b1');
    const { violations } = await axe.run({
      include: [['.jp-llm-roadmap-map']]
    });
    expect(violations.map(v => `${v.id}: ${v.nodes[0].html}`)).toEqual([]);
  });
});
