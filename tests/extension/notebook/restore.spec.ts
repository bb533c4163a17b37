import { NotebookModel } from '@jupyterlab/notebook';
import { PartialJSONObject } from '@lumino/coreutils';
import { beforeEach, describe, expect, it } from 'vitest';

import { openCells } from '../../../extension/src/notebook/cells';
import { compare } from '../../../extension/src/notebook/compare';
import { placesOf } from '../../../extension/src/notebook/places';
import { restoreCell } from '../../../extension/src/notebook/restore';
import { cellsOf, indexOf, makeModel, releasedCells } from './fixture';

const released = releasedCells();
let model: NotebookModel;

beforeEach(() => {
  model = makeModel();
  return () => model.dispose();
});

function damage(): string[] {
  return compare(released, openCells(model.sharedModel)).map(
    ({ gradeId, kind }) => `${gradeId} ${kind}`
  );
}

function edit(gradeId: string, source: string): void {
  model.sharedModel.cells[indexOf(model, gradeId)].setSource(source);
}

function remove(gradeId: string): void {
  model.sharedModel.deleteCell(indexOf(model, gradeId));
}

describe('compare', () => {
  it('finds nothing in a notebook as it was released', () => {
    expect(damage()).toEqual([]);
  });

  it('finds nothing in answers, runs and cells that a student adds', () => {
    edit('absmax-answer', 'def absmax(x): return max(x)');
    edit('why', 'Because.');
    model.sharedModel.insertCell(3, { cell_type: 'code', source: '1 + 1' });
    expect(damage()).toEqual([]);
  });

  it('lets the parameters be changed, as assignments invite to', () => {
    edit('parameters', 'SEED = 7');
    expect(damage()).toEqual([]);
    remove('parameters');
    expect(damage()).toEqual(['parameters missing']);
  });

  it('finds edited checks and locked cells', () => {
    edit('absmax', 'assert True');
    edit('setup', '');
    expect(damage()).toEqual(['setup edited', 'absmax edited']);
  });

  it('finds cells that are gone, answers too', () => {
    remove('absmax-answer');
    remove('why');
    remove('asserts');
    expect(damage()).toEqual(['absmax-answer missing', 'asserts missing', 'why missing']);
  });

  it('finds a check that has become text', () => {
    const index = indexOf(model, 'absmax');
    const { source, metadata } = released.find(c => c.grade_id === 'absmax')!;
    model.sharedModel.deleteCell(index);
    model.sharedModel.insertCell(index, {
      cell_type: 'markdown',
      source,
      metadata: metadata as PartialJSONObject
    });
    expect(damage()).toEqual(['absmax edited']);
  });

  it('finds a cell that a split has made two', () => {
    const { metadata } = released.find(c => c.grade_id === 'absmax-answer')!;
    model.sharedModel.insertCell(5, {
      cell_type: 'code',
      source: 'rest',
      metadata: metadata as PartialJSONObject
    });
    expect(damage()).toEqual(['absmax-answer twice']);
  });

  it('takes another way to end lines for no edit', () => {
    const windows = released.map(c => ({ ...c, source: `${c.source}\r\n` }));
    expect(compare(windows, openCells(model.sharedModel))).toEqual([]);
  });
});

describe('restoreCell', () => {
  it.each(released.map(({ grade_id }) => grade_id))('puts %s back where it was', gradeId => {
    const before = cellsOf(model);
    const order = placesOf(model.sharedModel);
    remove(gradeId);
    expect(restoreCell(model.sharedModel, released, gradeId, order)).toBe(
      before.indexOf(gradeId)
    );
    expect(cellsOf(model)).toEqual(before);
    expect(damage()).toEqual([]);
  });

  it('puts it after the released cell above it where nobody saw it go', () => {
    remove('asserts');
    restoreCell(model.sharedModel, released, 'asserts');
    expect(indexOf(model, 'asserts')).toBe(indexOf(model, 'absmax') + 1);
  });

  it('finds a place when the cells around it are gone too', () => {
    ['setup', 'absmax-answer', 'absmax'].forEach(remove);
    restoreCell(model.sharedModel, released, 'absmax');
    expect(indexOf(model, 'absmax')).toBe(indexOf(model, 'parameters') + 1);
    remove('parameters');
    restoreCell(model.sharedModel, released, 'parameters');
    expect(indexOf(model, 'parameters')).toBe(indexOf(model, 'absmax') - 1);
  });

  it('restores a notebook of which nothing is left, in order', () => {
    model.sharedModel.deleteCellRange(0, model.sharedModel.cells.length);
    released.forEach(c => restoreCell(model.sharedModel, released, c.grade_id));
    expect(cellsOf(model)).toEqual(released.map(c => c.grade_id));
    expect(damage()).toEqual([]);
  });

  it('does not loop where the release says nonsense', () => {
    const loop = [
      { ...released[0], grade_id: 'a', after: 'b' },
      { ...released[1], grade_id: 'b', after: 'a' }
    ];
    expect(restoreCell(model.sharedModel, loop, 'a')).toBe(model.sharedModel.cells.length - 1);
    expect(restoreCell(model.sharedModel, released, 'unknown')).toBe(-1);
  });

  it('keeps what the student wrote into a check as a cell below', () => {
    const mine = 'assert True  # mine';
    edit('absmax', mine);
    const index = restoreCell(model.sharedModel, released, 'absmax');
    const [restored, kept] = model.sharedModel.cells.slice(index, index + 2);
    expect(restored.getSource()).toBe('assert absmax');
    expect(restored.getMetadata('nbgrader')).toMatchObject({ grade_id: 'absmax', points: 3 });
    expect(restored.getId()).toBe('absmax');
    expect(kept.getSource()).toBe(mine);
    expect(kept.getMetadata()).toEqual({});
    expect(damage()).toEqual([]);
  });

  it('adds no empty cell below one that was emptied', () => {
    edit('absmax', '  \n');
    const before = model.sharedModel.cells.length;
    restoreCell(model.sharedModel, released, 'absmax');
    expect(model.sharedModel.cells).toHaveLength(before);
    expect(damage()).toEqual([]);
  });

  it('never overwrites an answer', () => {
    edit('absmax-answer', 'mine');
    const before = model.toString();
    expect(restoreCell(model.sharedModel, released, 'absmax-answer')).toBe(-1);
    expect(restoreCell(model.sharedModel, released, 'why')).toBe(-1);
    expect(model.toString()).toBe(before);
  });

  it('is one step that can be undone and done again', () => {
    model.sharedModel.insertCell(0, { cell_type: 'code', source: 'just before' });
    edit('absmax', 'mine');
    const damaged = cellsOf(model);
    const source = (): string =>
      model.sharedModel.cells[indexOf(model, 'absmax')].getSource();
    restoreCell(model.sharedModel, released, 'absmax');
    const restored = cellsOf(model);
    model.sharedModel.undo();
    expect(cellsOf(model)).toEqual(damaged);
    expect(source()).toBe('mine');
    model.sharedModel.redo();
    expect(cellsOf(model)).toEqual(restored);
    expect(source()).toBe('assert absmax');
  });

  it('is undone apart from the deletion before it', () => {
    remove('asserts');
    restoreCell(model.sharedModel, released, 'asserts');
    model.sharedModel.undo();
    expect(cellsOf(model)).not.toContain('asserts');
    expect(cellsOf(model)).toContain('absmax');
  });

  it('leaves a document that is to be saved', () => {
    model.dirty = false;
    remove('asserts');
    model.dirty = false;
    restoreCell(model.sharedModel, released, 'asserts');
    expect(model.dirty).toBe(true);
  });
});
