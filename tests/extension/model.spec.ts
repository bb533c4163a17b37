import { describe, expect, it } from 'vitest';

import { Model } from '../../extension/src/model';

class Counter extends Model {
  count = 0;

  follow(other: Counter): void {
    other.changed.connect(this.increment, this);
  }

  increment(): void {
    this.count += 1;
    this._changed.emit();
  }
}

describe('a model that is disposed of', () => {
  it('tells nobody and listens to nobody any more', () => {
    const first = new Counter();
    const second = new Counter();
    const third = new Counter();
    second.follow(first);
    third.follow(second);
    first.increment();
    expect([second.count, third.count]).toEqual([1, 1]);
    second.dispose();
    expect(second.isDisposed).toBe(true);
    first.increment();
    second.increment();
    expect([second.count, third.count]).toEqual([2, 1]);
    third.dispose();
    first.dispose();
  });
});
