import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { assignment, courses, job, receipt } from '../testing/samples';
import { Refusal } from '../testing/server';
import { settled, Tab, tabOf } from './lab';

const base = 'POST /courses/llm101/assignments/quantization';
const fetched = assignment({ folder: 'llm101/quantization' });

describe('ActionsModel', () => {
  it('fetches once, however often the button is pressed', async () => {
    const a = assignment();
    const tab = await tabOf(a);
    const running = job();
    tab.server.answers[`${base}/fetch`] = running;
    const twice = [tab.actions.fetch(a), tab.actions.fetch(a)];
    expect(tab.actions.isBusy(a, 'fetch')).toBe(true);
    await settled();
    tab.tell({ ...running, state: 'done' });
    expect((await Promise.all(twice)).map(ended => ended?.state)).toEqual([
      'done',
      'done'
    ]);
    const posted = tab.server.requests.filter(r => r.startsWith('POST'));
    expect(posted).toEqual([`${base}/fetch`]);
    expect(tab.actions.isBusy(a, 'fetch')).toBe(false);
  });

  it('shows in every tab what one has started', async () => {
    const one = await tabOf(fetched);
    const other = new Tab(one.server);
    await other.classroom.courses.refresh();
    const running = job({ kind: 'submit' });
    one.server.answers[`${base}/submit`] = running;
    const submitted = one.actions.submit(fetched);
    other.tell(running);
    await settled();
    expect(other.actions.isBusy(fetched, 'submit')).toBe(true);
    expect(other.actions.isBusy(fetched, 'fetch')).toBe(true);
    expect(other.actions.isBusy(fetched, 'check')).toBe(false);

    const ended: Api.IJob = { ...running, state: 'done', result: receipt() };
    one.tell(ended);
    other.tell(ended);
    await submitted;
    await settled();
    for (const tab of [one, other]) {
      expect(tab.actions.isBusy(fetched, 'submit')).toBe(false);
      expect(tab.actions.receipt(fetched, receipt().submission.id)).toEqual(
        receipt()
      );
    }
  });

  it('reads the courses again when a job has ended', async () => {
    const a = assignment();
    const tab = await tabOf(a);
    tab.server.answers[`${base}/fetch`] = job({ state: 'done' });
    tab.server.answers['GET /courses'] = courses(fetched);
    await tab.actions.fetch(a);
    await settled();
    expect(tab.classroom.courses.assignments).toEqual([fetched]);
  });

  it('keeps what the server refuses, and forgets it on the next try', async () => {
    const a = assignment();
    const tab = await tabOf(a);
    const message = 'The exchange /srv/exchange is not there: ask your instructor.';
    tab.server.answers[`${base}/fetch`] = new Refusal(502, { message });
    expect(await tab.actions.fetch(a)).toBeNull();
    expect(tab.actions.outcome(a)).toMatchObject({
      kind: 'fetch',
      state: 'failed',
      problem: { message }
    });

    tab.server.answers[`${base}/fetch`] = job({ state: 'done' });
    await tab.actions.fetch(a);
    expect(tab.actions.outcome(a)).toMatchObject({ state: 'done', problem: null });
  });

  it('keeps the error of a job', async () => {
    const tab = await tabOf(fetched);
    const error = { message: 'big.bin has 200 MB; take it out.', code: 'TooLarge' };
    tab.server.answers[`${base}/submit`] = job({
      kind: 'submit',
      state: 'failed',
      error
    });
    await tab.actions.submit(fetched);
    expect(tab.actions.outcome(fetched)?.problem).toEqual(error);
    tab.actions.dismiss(fetched);
    expect(tab.actions.outcome(fetched)).toBeNull();
  });

  it('does nothing when the preparation calls it off', async () => {
    const tab = await tabOf(fetched);
    expect(await tab.actions.submit(fetched, () => Promise.resolve(false))).toBeNull();
    expect(tab.server.requests).toEqual([]);
    expect(tab.actions.isBusy(fetched, 'submit')).toBe(false);
  });

  it('cancels', async () => {
    const a = assignment();
    const tab = await tabOf(a);
    const running = job();
    tab.server.answers[`${base}/fetch`] = running;
    tab.server.answers[`DELETE /jobs/${running.id}`] = {
      ...running,
      state: 'cancelled'
    };
    const fetching = tab.actions.fetch(a);
    await settled();
    await tab.actions.cancel(a, tab.actions.running(a)[0]);
    expect((await fetching)?.state).toBe('cancelled');
    expect(tab.actions.outcome(a)).toMatchObject({ state: 'cancelled' });
  });

  it('says so when it is too late to cancel', async () => {
    const tab = await tabOf(fetched);
    const running = job({ kind: 'submit' });
    tab.classroom.jobs.add(running);
    tab.server.answers[`DELETE /jobs/${running.id}`] = new Refusal(409, {
      message: 'The exchange is being written.'
    });
    await tab.actions.cancel(fetched, running);
    expect(tab.actions.outcome(fetched)?.problem?.message).toBe(
      'The exchange is being written.'
    );
  });

  it('restores a file and says where the copy is', async () => {
    const tab = await tabOf(fetched);
    const restored = { path: 'a.ipynb', kept: 'a.mine-1.ipynb' };
    tab.server.answers[`${base}/restore`] = restored;
    expect(await tab.actions.restore(fetched, 'a.ipynb')).toBe(true);
    expect(tab.actions.outcome(fetched)?.restored).toEqual(restored);
  });
});

describe('checking all notebooks', () => {
  const two = assignment({
    folder: 'llm101/quantization',
    notebooks: ['one', 'two'].map(name => ({ name, points: 1, questions: [] }))
  });

  function checkJob(notebook: string, changes: Partial<Api.IJob> = {}): Api.IJob {
    const result: Api.ICheckResult = { notebook, questions: [], error: null };
    return job({ kind: 'check', notebook, state: 'done', result, ...changes });
  }

  it('goes from one to the next, and on after one that failed', async () => {
    const tab = await tabOf(two);
    const asked: string[] = [];
    const error = { message: 'No kernel named foo is installed.' };
    tab.server.answers[`${base}/check`] = (body: unknown) => {
      const { notebook } = body as { notebook: string };
      asked.push(notebook);
      expect(tab.actions.checks(two).at).toEqual({
        notebook,
        index: asked.length - 1,
        total: 2
      });
      return notebook === 'one'
        ? checkJob(notebook, { state: 'failed', result: null, error })
        : checkJob(notebook);
    };
    await tab.actions.checkAll(two, ['one', 'two']);
    expect(asked).toEqual(['one', 'two']);
    const checks = tab.actions.checks(two);
    expect([...checks.problems]).toEqual([['one', error]]);
    expect([...checks.results.keys()]).toEqual(['two']);
    expect(checks.at).toBeNull();
  });

  it('ends with the notebook whose check is cancelled', async () => {
    const tab = await tabOf(two);
    tab.server.answers[`${base}/check`] = (body: unknown) =>
      checkJob((body as { notebook: string }).notebook, {
        state: 'cancelled',
        result: null
      });
    await tab.actions.checkAll(two, ['one', 'two']);
    expect(tab.server.requests).toEqual([`${base}/check`]);
    expect(tab.actions.isBusy(two, 'check')).toBe(false);
  });

  it('takes in what the notebook’s own button has checked', async () => {
    const tab = await tabOf(two);
    tab.tell(checkJob('two'));
    await settled();
    expect([...tab.actions.checks(two).results.keys()]).toEqual(['two']);
  });
});
