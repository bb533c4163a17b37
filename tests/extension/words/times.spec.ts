import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import {
  duration,
  ITimeLeft,
  localTime,
  relativeTime,
  timeLeft
} from '../../../extension/src/words/times';

const trans = nullTranslator.load('');
const now = new Date('2026-03-01T12:00:00Z');
const left = (due: string, submitted: string | null = null): ITimeLeft =>
  timeLeft(trans, due, submitted, now);

describe('duration', () => {
  it.each([
    [0, 'less than a minute'],
    [59, 'less than a minute'],
    [60, '1 minute'],
    [3599, '59 minutes'],
    [7199, '119 minutes'],
    [7200, '2 hours'],
    [47 * 3600, '47 hours'],
    [48 * 3600, '2 days'],
    [10.9 * 86400, '10 days']
  ])('of %d seconds is %s', (seconds, text) => {
    expect(duration(trans, seconds)).toBe(text);
  });
});

describe('relativeTime', () => {
  it.each([
    [0.5, 'in 30 minutes'],
    [1, 'in 60 minutes'],
    [47, 'in 47 hours'],
    [49, 'in 2 days'],
    [-3, '3 hours ago'],
    [-24, '24 hours ago']
  ])('of %d hours is %s, in the units of a length of time', (hours, text) => {
    const then = new Date(now.getTime() + hours * 3_600_000);
    expect(relativeTime(then, now)).toBe(text);
  });
});

describe('timeLeft', () => {
  it('is calm about what is due later', () => {
    expect(left('2026-03-08T12:00:00Z')).toEqual({
      text: 'due in 7 days',
      urgency: 'later'
    });
  });

  it('warns two days before', () => {
    expect(left('2026-03-02T12:00:00Z')).toEqual({
      text: 'due in 24 hours',
      urgency: 'soon'
    });
  });

  it('does not warn of what is submitted', () => {
    const submitted = '2026-02-28T12:00:00Z';
    expect(left('2026-03-02T12:00:00Z', submitted).urgency).toBe('later');
    expect(left('2026-02-28T13:00:00Z', submitted)).toEqual({
      text: 'was due 23 hours ago',
      urgency: 'past'
    });
  });

  it('says how late what is not submitted is', () => {
    expect(left('2026-03-01T09:00:00Z')).toEqual({
      text: '3 hours late',
      urgency: 'late'
    });
  });
});

describe('timeLeft without the exchange', () => {
  it('calls nobody late whose submissions are not known', () => {
    expect(timeLeft(trans, '2026-03-01T09:00:00Z', null, now, false)).toEqual({
      text: 'was due 3 hours ago',
      urgency: 'past'
    });
  });
});

describe('localTime', () => {
  it('names day, hour and zone', () => {
    expect(localTime('2026-03-01T12:00:00Z', 'en-GB')).toMatch(
      /1 Mar 2026.*\d\d:\d\d.*\S/
    );
  });
});
