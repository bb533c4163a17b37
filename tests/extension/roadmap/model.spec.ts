import { describe, expect, it } from 'vitest';

import { Refusal } from '../testing/server';
import { assignment, graded, inDays, roadmap } from './course';
import { lab, loadedLab } from './lab';

describe('RoadmapModel', () => {
  it('asks for the roadmap once, and for the marks each time', async () => {
    const { context, server } = await loadedLab();
    await context.standing.roadmap.load();
    const asked = server.requests.filter(each => !each.includes('courses'));
    expect(asked.sort()).toEqual([
      'GET /progress',
      'GET /progress',
      'GET /roadmap'
    ]);
  });

  it('asks once when two views ask at once', async () => {
    const { context, server } = lab();
    const model = context.standing.roadmap;
    await Promise.all([model.load(), model.load()]);
    expect(server.requests).toHaveLength(2);
  });

  it('shows a mark before the server has answered', async () => {
    const { context } = await loadedLab();
    const model = context.standing.roadmap;
    const answer = model.markRead('b1.r1', true);
    expect(model.isRead('b1.r1')).toBe(true);
    await answer;
    expect(model.progress!.read).toEqual({ 'b1.r1': inDays(0) });
  });

  it('takes a mark back when the server refuses it, and says why', async () => {
    const { context, server } = await loadedLab();
    const model = context.standing.roadmap;
    server.answers['PUT /progress/read/b1.r1'] = new Refusal(400, {
      message: 'The disk is full.'
    });
    await model.markRead('b1.r1', true);
    expect(model.isRead('b1.r1')).toBe(false);
    expect(model.problem?.message).toBe('The disk is full.');
    await model.markRead('b1.r2', true);
    expect(model.problem).toBeNull();
  });

  it('ends where the last click was, however slowly the server answers', async () => {
    const { context, server } = await loadedLab();
    const model = context.standing.roadmap;
    const slow = server.answers['PUT /progress/read/b1.r1'] as () => unknown;
    server.answers['PUT /progress/read/b1.r1'] = async () => {
      await new Promise(resolve => setTimeout(resolve, 20));
      return slow();
    };
    const seen: boolean[] = [];
    model.changed.connect(() => seen.push(model.isRead('b1.r1')));
    await Promise.all([
      model.markRead('b1.r1', true),
      model.markRead('b1.r1', false)
    ]);
    expect(model.isRead('b1.r1')).toBe(false);
    expect(seen.slice(1)).not.toContain(true);
    expect(server.requests.slice(-2)).toEqual([
      'PUT /progress/read/b1.r1',
      'DELETE /progress/read/b1.r1'
    ]);
  });

  it('tells why it could not be read, and forgets that when it can', async () => {
    const { context, server } = lab([], {
      'GET /progress': new Refusal(400, { message: 'It is damaged.' })
    });
    const model = context.standing.roadmap;
    await model.load();
    expect(model.error?.message).toBe('It is damaged.');
    expect(context.standing.record).toBeNull();
    server.answers['GET /progress'] = { schema: 1, read: {} };
    await model.load();
    expect(model.error).toBeNull();
    expect(context.standing.record).not.toBeNull();
  });
});

describe('StandingModel', () => {
  it('says nothing of the next step before the courses have answered', async () => {
    const { context } = lab([assignment('a', { due: inDays(1) })]);
    const { standing } = context;
    await standing.roadmap.load();
    expect(standing.next).toBeUndefined();
    standing.courses.watch(true);
    await standing.courses.refresh();
    expect(standing.next).toMatchObject({ kind: 'due' });
  });

  it('leads on by the roadmap alone where the courses cannot be read', async () => {
    const { context } = await loadedLab([], {
      'GET /courses': new Refusal(502, { message: 'No exchange.' })
    });
    expect(context.standing.next).toMatchObject({ kind: 'read' });
  });

  it('moves on when a resource is marked', async () => {
    const { context } = await loadedLab();
    const { standing } = context;
    await standing.roadmap.markRead('b1.r1', true);
    expect(standing.next).toMatchObject({ resource: { id: 'b1.r2' } });
    expect(standing.topic(roadmap().parts[0].topics[0]).read).toBe(1);
  });

  it('counts a due date as urgent as early as it is told to', async () => {
    const { context } = await loadedLab([assignment('a', { due: inDays(5) })]);
    const { standing } = context;
    expect(standing.next).toMatchObject({ kind: 'read' });
    standing.soonDays = 7;
    expect(standing.next).toMatchObject({ kind: 'due' });
  });

  it('makes its index anew when the courses change, and only then', async () => {
    const { context, server } = await loadedLab([assignment('a')]);
    const { standing } = context;
    const before = standing.index;
    await standing.roadmap.markRead('b1.r1', true);
    expect(standing.index).toBe(before);
    server.answers['GET /courses'] = {
      student: 'ada',
      courses: [{ id: 'llm', assignments: [graded('new', 9)] }],
      problem: null
    };
    standing.courses.watch(true);
    await standing.courses.refresh();
    expect(standing.index.search('new').count).toBe(1);
  });

  it('joins topics and notebooks by assignments, and by the article they name', async () => {
    const map = roadmap();
    map.notebooks[1].article = 'https://example.org/s1.r1';
    const { context } = await loadedLab(
      [assignment('a', { topics: ['b1'], seed_notebooks: ['n1'] })],
      { 'GET /roadmap': map }
    );
    const { relations } = context.standing;
    expect(relations.notebooksOf('b1').map(n => n.id)).toEqual(['n1']);
    expect(relations.notebooksOf('s1').map(n => n.id)).toEqual(['n2']);
    expect(relations.topicsOf('n2').map(t => t.id)).toEqual(['s1']);
    expect(relations.topicsOf('n3')).toEqual([]);
  });
});
