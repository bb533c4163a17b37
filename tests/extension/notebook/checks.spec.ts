import { beforeEach, describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { Refusal } from '../testing/server';
import { BASE, checkResult, job, makeClassroom } from './fixture';

const KEY = { course: 'llm101', assignment: 'int8', notebook: 'quantize' };
const DONE = job({
  state: 'done',
  result: checkResult({ absmax: 'passed' }),
  finished: '2026-11-29T08:01:00Z'
});
const JOB = `GET /jobs/${DONE.id}`;
const saved = (): Promise<void> => Promise.resolve();
let parts: ReturnType<typeof makeClassroom>;

beforeEach(() => {
  parts = makeClassroom({ [`POST ${BASE}/check`]: DONE });
  return () => parts.dispose();
});

describe('ChecksModel', () => {
  it('saves before it checks', async () => {
    const order: string[] = [];
    parts.server.answers[`POST ${BASE}/check`] = () => {
      order.push('check');
      return DONE;
    };
    const ran = await parts.checks.run(KEY, () => Promise.resolve(void order.push('save')));
    expect(ran).toBe(true);
    expect(order).toEqual(['save', 'check']);
    expect(parts.checks.get(KEY).result).toEqual(DONE.result);
    expect(parts.checks.isBusy(KEY)).toBe(false);
  });

  it('checks nothing that could not be saved, and says so', async () => {
    const ran = await parts.checks.run(KEY, () =>
      Promise.reject(new Error('The disk is full.'))
    );
    expect(ran).toBe(false);
    expect(parts.server.requests).toEqual([]);
    expect(parts.checks.get(KEY).error).toBe('The disk is full.');
  });

  it('starts one check however often the button is pressed', async () => {
    await Promise.all([1, 2, 3].map(() => parts.checks.run(KEY, saved)));
    expect(parts.server.requests).toEqual([`POST ${BASE}/check`]);
  });

  it('tells how far the check is', async () => {
    const running = job({ done: 2, total: 9 });
    parts.server.answers[`POST ${BASE}/check`] = running;
    parts.server.answers[JOB] = running;
    const seen: (Api.IJob | null)[] = [];
    parts.checks.changed.connect(() => void seen.push(parts.checks.get(KEY).job));
    const run = parts.checks.run(KEY, saved);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(parts.checks.get(KEY).job).toMatchObject({ done: 2, total: 9 });
    parts.classroom.jobs.add(DONE);
    expect(await run).toBe(true);
    expect(parts.checks.get(KEY).job).toBeNull();
  });

  it('can be cancelled, and keeps what the check before found', async () => {
    await parts.checks.run(KEY, saved);
    const second = job({ id: '1'.repeat(32) });
    parts.server.answers[`POST ${BASE}/check`] = second;
    parts.server.answers[`DELETE /jobs/${second.id}`] = {
      ...second,
      state: 'cancelled',
      finished: '2026-11-29T08:02:00Z'
    };
    const run = parts.checks.run(KEY, saved);
    await new Promise(resolve => setTimeout(resolve, 20));
    await parts.checks.cancel(KEY);
    expect(await run).toBe(false);
    expect(parts.checks.get(KEY)).toEqual({ job: null, result: DONE.result, error: '' });
  });

  it('tells why it is too late to cancel', async () => {
    parts.classroom.jobs.add(job());
    const refusal = new Refusal(409, { message: 'It has just ended.' });
    parts.server.answers[`DELETE /jobs/${job().id}`] = refusal;
    await parts.checks.cancel(KEY);
    expect(parts.checks.get(KEY).error).toBe('It has just ended.');
  });

  it('hands on why a check failed', async () => {
    parts.server.answers[`POST ${BASE}/check`] = job({
      state: 'failed',
      error: { message: 'The kernel died.' },
      finished: '2026-11-29T08:01:00Z'
    });
    expect(await parts.checks.run(KEY, saved)).toBe(false);
    expect(parts.checks.get(KEY).error).toBe('The kernel died.');
  });

  it('hands on what the server refuses', async () => {
    const refusal = new Refusal(403, { message: 'Not you.' });
    parts.server.answers[`POST ${BASE}/check`] = refusal;
    await parts.checks.run(KEY, saved);
    expect(parts.checks.get(KEY).error).toBe('Not you.');
    expect(parts.checks.isBusy(KEY)).toBe(false);
  });

  it('learns of a check that another tab began', () => {
    parts.classroom.jobs.add(job({ done: 1, total: 3 }));
    expect(parts.checks.isBusy(KEY)).toBe(true);
    parts.classroom.jobs.add(DONE);
    expect(parts.checks.get(KEY).result).toEqual(DONE.result);
  });

  it('keeps the newest of checks that are told in no order', () => {
    const old = job({
      id: '2'.repeat(32),
      state: 'done',
      result: checkResult({ absmax: 'failed' }),
      finished: '2026-11-29T07:00:00Z'
    });
    parts.classroom.jobs.add(DONE);
    parts.classroom.jobs.add(old);
    expect(parts.checks.get(KEY).result).toEqual(DONE.result);
  });

  it('keeps notebooks apart', () => {
    parts.classroom.jobs.add(DONE);
    expect(parts.checks.get({ ...KEY, notebook: 'other' }).result).toBeNull();
    expect(parts.checks.get({ ...KEY, course: 'other' }).result).toBeNull();
  });
});

