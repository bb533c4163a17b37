import { Event } from '@jupyterlab/services';
import { Stream } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Api } from '../../../extension/src/api';
import { isRunning, JOB_EVENT, JobsModel } from '../../../extension/src/jobs/model';
import { job } from '../testing/samples';
import { CannedServer, Refusal } from '../testing/server';

const manager = {} as Event.IManager;

describe('JobsModel', () => {
  let events: Stream<Event.IManager, Event.Emission>;
  let server: CannedServer;
  let jobs: JobsModel;

  beforeEach(() => {
    vi.useFakeTimers();
    events = new Stream(manager);
    server = new CannedServer({});
    jobs = new JobsModel(server.api, events);
  });

  afterEach(() => {
    jobs.dispose();
    vi.useRealTimers();
  });

  const told = (about: Api.IJob): void =>
    events.emit({ schema_id: JOB_EVENT, job: about.id });

  it('hears of another tab’s job by an event, and follows it to its end', async () => {
    const running = job();
    server.answers[`GET /jobs/${running.id}`] = running;
    told(running);
    await vi.advanceTimersByTimeAsync(0);
    expect(jobs.running('llm101', 'quantization', 'fetch')).toEqual(running);

    server.answers[`GET /jobs/${running.id}`] = { ...running, state: 'done' };
    told(running);
    await vi.advanceTimersByTimeAsync(0);
    expect(jobs.running('llm101', 'quantization')).toBeUndefined();
  });

  it('asks for a job whose last event was lost', async () => {
    const running = job();
    const finished = jobs.finished(running);
    server.answers[`GET /jobs/${running.id}`] = { ...running, state: 'done' };
    await vi.advanceTimersByTimeAsync(2000);
    expect((await finished).state).toBe('done');
    expect(server.requests).toEqual([`GET /jobs/${running.id}`]);
  });

  it('asks once, however many wait', async () => {
    const running = job();
    const all = Promise.all([jobs.finished(running), jobs.finished(running)]);
    server.answers[`GET /jobs/${running.id}`] = { ...running, state: 'done' };
    await vi.advanceTimersByTimeAsync(2000);
    expect((await all).map(ended => ended.state)).toEqual(['done', 'done']);
    expect(server.requests).toHaveLength(1);
  });

  it('goes on waiting while the connection is gone', async () => {
    const running = job();
    const finished = jobs.finished(running);
    server.answers[`GET /jobs/${running.id}`] = () => {
      throw new TypeError('Failed to fetch');
    };
    await vi.advanceTimersByTimeAsync(5000);
    expect(jobs.running('llm101', 'quantization')).toEqual(running);

    server.answers[`GET /jobs/${running.id}`] = { ...running, state: 'done' };
    await vi.advanceTimersByTimeAsync(2000);
    expect((await finished).state).toBe('done');
  });

  it('ends a job that a server started anew does not know', async () => {
    const running = job();
    const finished = jobs.finished(running);
    server.answers[`GET /jobs/${running.id}`] = new Refusal(404, {
      message: 'There is no such job.'
    });
    await vi.advanceTimersByTimeAsync(2000);
    expect(await finished).toMatchObject({
      state: 'failed',
      error: { code: 'lost', message: 'There is no such job.' }
    });
  });

  it('does not take back an end for an answer that comes after it', () => {
    const running = job();
    jobs.add({ ...running, state: 'done' });
    jobs.add(running);
    expect(jobs.running('llm101', 'quantization')).toBeUndefined();
  });

  it('learns what runs when it is told to look, and leaves old ends alone', async () => {
    const running = job();
    const old = job({ state: 'failed' });
    server.answers['GET /jobs'] = { jobs: [running, old] };
    const moved: Api.IJob[] = [];
    jobs.moved.connect((_, one) => moved.push(one));
    await jobs.refresh();
    expect(moved).toEqual([running]);
  });

  it('ignores events of others and jobs that are long gone', async () => {
    events.emit({ schema_id: 'https://example.org/other', job: 'x' });
    events.emit({ schema_id: JOB_EVENT, job: 'f'.repeat(32) });
    await vi.advanceTimersByTimeAsync(0);
    expect(server.requests).toEqual([`GET /jobs/${'f'.repeat(32)}`]);
  });

  it('tells a job of one kind from a job of another', () => {
    const checking = job({ kind: 'check' });
    jobs.add(checking);
    expect(jobs.running('llm101', 'quantization', 'submit')).toBeUndefined();
    expect(jobs.running('llm101', 'other')).toBeUndefined();
    expect(jobs.running('llm101', 'quantization', 'check')).toEqual(checking);
    expect(isRunning(job({ state: 'queued' }))).toBe(true);
  });

  it('asks nothing once disposed', async () => {
    const running = job();
    void jobs.finished(running);
    jobs.dispose();
    told(running);
    await vi.advanceTimersByTimeAsync(10_000);
    // One that was being waited for already.
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });
});
